"""Schemas that are hard to make values for, by what makes them hard."""

from __future__ import annotations

from typing import Any

DEFINITIONS: dict[str, Any] = {
    "Tree": {
        "type": "object",
        "required": ["value", "children"],
        "properties": {
            "value": {"type": "integer"},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
            "parent": {"$ref": "#/components/schemas/Tree"},
        },
    },
    "List": {
        "type": "object",
        "required": ["head", "next"],
        "properties": {
            "head": {"type": "string"},
            "next": {"anyOf": [{"$ref": "#/components/schemas/List"}, {"type": "null"}]},
        },
    },
    "Json": {
        "oneOf": [
            {"type": "null"},
            {"type": "boolean"},
            {"type": "number"},
            {"type": "string"},
            {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Json"}},
            {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {"$ref": "#/components/schemas/Json"},
            },
        ]
    },
    "Pet": {
        "type": "object",
        "required": ["petType", "name"],
        "properties": {"petType": {"type": "string"}, "name": {"type": "string"}},
        "discriminator": {
            "propertyName": "petType",
            "mapping": {"kitty": "#/components/schemas/Cat", "doggy": "#/components/schemas/Dog"},
        },
    },
    "Cat": {
        "allOf": [
            {"$ref": "#/components/schemas/Pet"},
            {
                "type": "object",
                "required": ["lives"],
                "properties": {"lives": {"type": "integer", "maximum": 9}},
            },
        ]
    },
    "Dog": {
        "allOf": [
            {"$ref": "#/components/schemas/Pet"},
            {"type": "object", "required": ["bark"], "properties": {"bark": {"enum": ["loud", "soft"]}}},
        ]
    },
    "Expression": {
        "type": "object",
        "required": ["operator", "left", "right"],
        "properties": {
            "operator": {"enum": ["+", "-"]},
            "left": {"$ref": "#/components/schemas/Operand"},
            "right": {"$ref": "#/components/schemas/Operand"},
        },
    },
    "Operand": {"oneOf": [{"$ref": "#/components/schemas/Expression"}, {"type": "number"}]},
}

HARD: dict[str, Any] = {
    "type list": {"type": ["string", "null", "integer"]},
    "enum with type": {"type": "string", "enum": [1, "a", None, "b"]},
    "const object": {"const": {"a": [1, {"b": None}]}},
    "allOf of bounds": {"allOf": [{"type": "integer", "minimum": 3}, {"maximum": 4}, {"multipleOf": 2}]},
    "allOf closes": {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
            {"properties": {"a": {"minimum": 5}, "b": {"type": "string"}}, "required": ["b"]},
        ]
    },
    "anyOf of required": {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
    },
    "oneOf of required": {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}, "c": {"type": "string"}},
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}, {"required": ["c"]}],
    },
    "oneOf overlapping": {
        "oneOf": [{"type": "integer", "multipleOf": 3}, {"type": "integer", "multipleOf": 5}]
    },
    "oneOf overlapping objects": {
        "oneOf": [
            {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
            {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]},
        ]
    },
    "oneOf by const": {
        "oneOf": [
            {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "a"}}},
            {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "b"}}},
        ]
    },
    "not const": {"type": "integer", "minimum": 0, "maximum": 1, "not": {"const": 0}},
    "not type": {"type": ["string", "integer"], "not": {"type": "string"}},
    "not integer": {"type": "number", "not": {"type": "integer"}},
    "not required": {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "not": {"required": ["a", "b"]},
        "required": ["b"],
    },
    "not enum": {"enum": ["a", "b", "c"], "not": {"enum": ["a", "b"]}},
    "not anyOf": {"not": {"anyOf": [{"type": "string"}, {"type": "object"}, {"type": "array"}]}},
    "if then else": {
        "type": "object",
        "required": ["country", "code"],
        "properties": {"country": {"enum": ["US", "NL"]}, "code": {"type": "string"}},
        "if": {"properties": {"country": {"const": "US"}}},
        "then": {"properties": {"code": {"pattern": "^[0-9]{5}$"}}},
        "else": {"properties": {"code": {"pattern": "^[0-9]{4} [A-Z]{2}$"}}},
    },
    "two ifs": {
        "type": "object",
        "properties": {"a": {"type": "integer", "minimum": 0, "maximum": 9}, "b": {"type": "string"}},
        "required": ["a"],
        "allOf": [
            {"if": {"properties": {"a": {"minimum": 5}}}, "then": {"required": ["b"]}},
            {
                "if": {"properties": {"a": {"maximum": 2}}},
                "then": {"not": {"required": ["b"]}},
                "else": {"properties": {"b": {"maxLength": 2}}},
            },
        ],
    },
    "pattern": {"type": "string", "pattern": "^[A-Z]{2}-\\d{3,5}$"},
    "pattern and length": {
        "type": "string",
        "pattern": "^[a-z]+(-[a-z]+)*$",
        "minLength": 30,
        "maxLength": 32,
    },
    "two patterns": {"type": "string", "allOf": [{"pattern": "^[a-z0-9]+$"}, {"pattern": "[0-9]$"}]},
    "password": {"type": "string", "pattern": "^(?=.*[A-Z])(?=.*[a-z])(?=.*\\d).{8,20}$"},
    "unicode pattern": {"type": "string", "pattern": "^\\p{Lu}\\p{Ll}{2,5}$"},
    "min length": {"type": "string", "minLength": 500},
    "one character": {"type": "string", "minLength": 1, "maxLength": 1},
    "short email": {"type": "string", "format": "email", "maxLength": 8},
    "long email": {"type": "string", "format": "email", "minLength": 80},
    "short uri": {"type": "string", "format": "uri", "maxLength": 5},
    "long uri": {"type": "string", "format": "uri", "minLength": 90},
    "exclusive bounds": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.001},
    "decimal steps": {"type": "number", "multipleOf": 0.01, "minimum": 0.05, "maximum": 99.99},
    "two steps": {"type": "number", "allOf": [{"multipleOf": 0.4}, {"multipleOf": 0.6}], "minimum": 1},
    "negative": {"type": "integer", "maximum": -100, "minimum": -110},
    "far away": {"type": "integer", "minimum": 10**12},
    "int64": {"type": "integer", "format": "int64", "minimum": 2**62},
    "number or integer": {"allOf": [{"type": ["number", "null"]}, {"type": ["integer", "string"]}]},
    "tuple": {
        "type": "array",
        "prefixItems": [{"type": "string"}, {"type": "integer"}],
        "items": False,
        "minItems": 2,
    },
    "tuple with rest": {
        "type": "array",
        "prefixItems": [{"const": 1}],
        "items": {"type": "string"},
        "minItems": 4,
    },
    "contains": {"type": "array", "items": {"type": "integer"}, "contains": {"const": 7}, "minContains": 2},
    "contains at most": {
        "type": "array",
        "items": {"type": "integer", "minimum": 0, "maximum": 5},
        "contains": {"const": 5},
        "maxContains": 1,
        "minItems": 4,
    },
    "unique small": {"type": "array", "items": {"enum": [1, 2, 3]}, "uniqueItems": True, "minItems": 3},
    "unique booleans": {"type": "array", "items": {"type": "boolean"}, "uniqueItems": True, "minItems": 2},
    "unique objects": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["n"],
            "properties": {"n": {"enum": [1, 2]}},
            "maxProperties": 1,
        },
        "uniqueItems": True,
        "minItems": 2,
    },
    "no items": {"type": "array", "maxItems": 0, "items": {"type": "string"}},
    "many items": {"type": "array", "minItems": 300, "items": {"type": "integer"}},
    "min properties": {"type": "object", "minProperties": 4, "additionalProperties": {"type": "integer"}},
    "min properties optional": {
        "type": "object",
        "minProperties": 2,
        "maxProperties": 2,
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}, "c": {"type": "string"}},
        "additionalProperties": False,
    },
    "max properties": {
        "type": "object",
        "maxProperties": 1,
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "required": ["b"],
    },
    "pattern properties": {
        "type": "object",
        "patternProperties": {"^x-[a-z]{3}$": {"type": "integer"}},
        "additionalProperties": False,
        "minProperties": 2,
    },
    "property names": {
        "type": "object",
        "propertyNames": {"pattern": "^[A-Z]{3}$"},
        "additionalProperties": {"type": "boolean"},
        "minProperties": 2,
    },
    "property names enum": {
        "type": "object",
        "propertyNames": {"enum": ["a", "b"]},
        "additionalProperties": {"type": "boolean"},
        "minProperties": 1,
    },
    "pattern over property": {
        "type": "object",
        "properties": {"age": {"type": "integer"}},
        "patternProperties": {"^a": {"minimum": 7}},
        "required": ["age"],
    },
    "dependent required": {
        "type": "object",
        "properties": {"card": {"type": "integer"}, "address": {"type": "string"}},
        "dependentRequired": {"card": ["address"]},
        "required": ["card"],
    },
    "dependent schemas": {
        "type": "object",
        "properties": {"card": {"type": "integer"}},
        "dependentSchemas": {
            "card": {"properties": {"address": {"type": "string", "minLength": 2}}, "required": ["address"]}
        },
        "required": ["card"],
    },
    "unevaluated properties": {
        "allOf": [{"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}],
        "oneOf": [
            {"properties": {"b": {"const": 1}}, "required": ["b"]},
            {"properties": {"b": {"const": 2}, "c": {"type": "string"}}, "required": ["b", "c"]},
        ],
        "unevaluatedProperties": False,
    },
    "unevaluated schema": {
        "type": "object",
        "properties": {"a": {"type": "string"}},
        "unevaluatedProperties": {"type": "integer"},
        "minProperties": 3,
    },
    "unevaluated items": {
        "type": "array",
        "prefixItems": [{"type": "string"}],
        "unevaluatedItems": False,
        "minItems": 1,
    },
    "required undeclared": {"type": "object", "required": ["x"], "additionalProperties": {"type": "integer"}},
    "required anything": {"type": "object", "required": ["x", "y"]},
    "additional false beside": {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": False},
            {"type": "object", "properties": {"a": {"maximum": 3}, "b": {"type": "string"}}},
        ],
        "required": ["a"],
    },
    "optional impossible": {"type": "object", "properties": {"a": False, "b": {"type": "integer"}}},
    "tree": {"$ref": "#/components/schemas/Tree"},
    "linked list": {"$ref": "#/components/schemas/List"},
    "any json": {"$ref": "#/components/schemas/Json"},
    "expression": {"$ref": "#/components/schemas/Expression"},
    "discriminator": {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {
            "propertyName": "petType",
            "mapping": {"kitty": "#/components/schemas/Cat", "doggy": "#/components/schemas/Dog"},
        },
    },
    "base of a family": {"$ref": "#/components/schemas/Pet"},
    "reference with more": {"$ref": "#/components/schemas/Pet", "required": ["age"], "minProperties": 3},
    "untyped object": {"properties": {"a": {"type": "integer"}}, "required": ["a"]},
    "untyped": {},
    "anything": True,
    "null only": {"type": "null"},
    "nested choice": {
        "anyOf": [
            {"oneOf": [{"type": "string", "maxLength": 2}, {"type": "string", "minLength": 5}]},
            {"type": "integer", "minimum": 10},
        ],
        "not": {"type": "integer"},
    },
    "enum or null": {"enum": ["a", None], "type": ["string", "null"]},
    "format and pattern": {"type": "string", "format": "date-time", "pattern": "Z$"},
    "date range": {"type": "string", "format": "date", "pattern": "^2019-0[1-6]-"},
    "base64": {"type": "string", "format": "byte", "minLength": 40},
    "nested closed": {
        "type": "object",
        "required": ["a"],
        "additionalProperties": False,
        "properties": {
            "a": {
                "type": "object",
                "required": ["b"],
                "additionalProperties": False,
                "properties": {
                    "b": {"type": "array", "items": {"type": "string", "format": "uuid"}, "minItems": 2}
                },
            }
        },
    },
}

FORMATS = (
    "date", "date-time", "duration", "email", "hostname", "idn-email", "idn-hostname", "ipv4", "ipv6", "iri",
    "iri-reference", "json-pointer", "regex", "relative-json-pointer", "time", "uri", "uri-reference",
    "uri-template", "uuid", "byte",
)  # fmt: skip
