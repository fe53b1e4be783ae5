"""The words that property names are made of, and what each stands for.

In: nothing. Out: tables from a name, written as one lower-case word, to a maker of text, a range
of numbers, a role in time. May not know: schemas. `sample.names` looks names up here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from apidouble.sample.scene import Scene, slug

Maker = Callable[[Scene], Any]

_ADJECTIVE_LIST = (
    "amber autumn blue brave bright calm central clear crimson early eastern evening fresh gentle golden "
    "grand green hidden ivory little lively lunar misty modern northern old open quiet rapid royal silver "
    "simple solar southern spring steady summer twin upper western winter young"
)
_NOUN_LIST = (
    "anchor arch basin bay beacon bridge canal canyon castle cedar circle coast compass corner creek "
    "crossing delta field forest garden gate grove harbour hill island junction lake lantern market "
    "meadow mill mountain orchard park path pine plaza point pond port quarter ridge river road rock "
    "square station stone street summit terrace tower trail valley village willow yard"
)
_PET_LIST = "bella buddy charlie coco daisy finn luna max milo molly oscar pepper poppy rocky ruby simba"
_ADJECTIVES = tuple(_ADJECTIVE_LIST.split())
_NOUNS = tuple(_NOUN_LIST.split())
_PETS = tuple(_PET_LIST.split())


def full_name(scene: Scene) -> str:
    """A person's."""
    return scene.full_name


def company(scene: Scene) -> str:
    """A company's name."""
    return scene.company


def job(scene: Scene) -> str:
    """What a person does."""
    return str(scene.fake("job"))


def thing(scene: Scene) -> str:
    """What an object that is neither person nor company may be called."""
    return f"{scene.random.choice(_ADJECTIVES)} {scene.random.choice(_NOUNS)}".title()


def pet_name(scene: Scene) -> str:
    """What an animal is called."""
    return scene.random.choice(_PETS).title()


def headline(scene: Scene) -> str:
    """A few words without a full stop."""
    return scene.sentence(4).rstrip(".")


def region(scene: Scene) -> str:
    """A part of a country."""
    return _faked(scene, ("administrative_unit", "state", "county", "city"))


def _text(scene: Scene) -> str:
    return scene.sentence(8)


def _paragraph(scene: Scene) -> str:
    return " ".join(scene.sentence(count) for count in (9, 7, 11))


def _word(scene: Scene) -> str:
    return scene.random.choice(_NOUNS)


def _slug(scene: Scene) -> str:
    return slug(thing(scene))


def _uuid(scene: Scene) -> str:
    return str(uuid.UUID(int=scene.random.getrandbits(128), version=4))


def _image(scene: Scene) -> str:
    return f"https://{scene.domain}/images/{scene.random.getrandbits(32):08x}.jpg"


def _link(scene: Scene) -> str:
    return f"https://www.{scene.domain}/{_slug(scene)}"


def _site(scene: Scene) -> str:
    return f"https://www.{scene.domain}"


def _host(scene: Scene) -> str:
    return f"{slug(_word(scene)) or 'www'}.{scene.domain}"


def _file(scene: Scene) -> str:
    return f"{_slug(scene)}.{scene.random.choice(('pdf', 'png', 'txt', 'csv'))}"


def _path(scene: Scene) -> str:
    return f"/{_slug(scene)}/{_file(scene)}"


def _code(scene: Scene) -> str:
    letters = "".join(scene.random.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(3))
    return f"{letters}-{scene.random.randint(1000, 9999)}"


def _semver(scene: Scene) -> str:
    return f"{scene.random.randint(0, 4)}.{scene.random.randint(0, 12)}.{scene.random.randint(0, 9)}"


def _ipv4(scene: Scene) -> str:
    # Documentation range TEST-NET-3 (RFC 5737).
    return f"203.0.113.{scene.random.randint(1, 254)}"


def _password(scene: Scene) -> str:
    return f"{scene.random.getrandbits(32):08x}Aa1!"


def _hex(length: int) -> Maker:
    return lambda scene: f"{scene.random.getrandbits(length * 4):0{length}x}"


def _digits(length: int) -> Maker:
    return lambda scene: "".join(scene.random.choice("0123456789") for _ in range(length))


def _of(attribute: str) -> Maker:
    return lambda scene: str(getattr(scene, attribute))


def _fake(*providers: str) -> Maker:
    """What the first of these Faker providers makes that the locale has."""
    return partial(_faked, providers=providers)


def _faked(scene: Scene, providers: tuple[str, ...]) -> str:
    for provider in providers:
        try:
            return str(scene.fake(provider)).replace("\n", ", ")
        except (AttributeError, ValueError):
            # Not every locale has every provider.
            continue
    return _word(scene)


def _one_of(*options: str) -> Maker:
    return lambda scene: scene.random.choice(options)


_MAKERS: tuple[tuple[Maker, str], ...] = (
    (_of("given_name"), "firstname givenname forename middlename fname nickname petname"),
    (_of("family_name"), "lastname familyname surname lname"),
    (
        full_name,
        (
            "fullname displayname realname contactname author owner creator assignee recipient "
            "cardholder signatory"
        ),
    ),
    (_of("handle"), "username login handle loginname screenname nick"),
    (_of("email"), "email emailaddress mail useremail from replyto"),
    (
        _fake("phone_number"),
        "phone phonenumber telephone mobile mobilephone fax tel msisdn cellphone phoneno",
    ),
    (job, "jobtitle job occupation profession"),
    (
        _one_of("Finance", "Sales", "Operations", "Engineering", "Legal", "Marketing", "Support"),
        "department subdepartment team division businessunit",
    ),
    (_one_of("Junior", "Medior", "Senior", "Principal"), "seniority"),
    (_one_of("female", "male", "other"), "gender sex"),
    (
        company,
        (
            "company companyname organization organisation organizationname employer vendor supplier "
            "merchant brand manufacturer businessname legalname"
        ),
    ),
    (_fake("street_address"), "street streetaddress addressline address1 line1 addressline1 street1"),
    (_fake("secondary_address", "building_number"), "line2 addressline2 address2 street2"),
    (_fake("address"), "address fulladdress formattedaddress"),
    (_fake("city"), "city town locality municipality cityname office"),
    (_fake("postcode"), "zip zipcode postcode postalcode"),
    (region, "province region county"),
    (_fake("current_country", "country"), "country countryname nationality countryofbirth"),
    (_of("country"), "countrycode countryiso isocountry"),
    (_of("language"), "language languagecode lang"),
    (_of("locale_tag"), "locale culture"),
    (
        _one_of("Europe/Amsterdam", "Europe/London", "Europe/Berlin", "Europe/Paris", "UTC"),
        "timezone tz timezonename",
    ),
    (_of("currency"), "currency currencycode"),
    (lambda scene: str(scene.place[0]), "latitude lat"),
    (lambda scene: str(scene.place[1]), "longitude lng lon"),
    (_site, "website homepage site baseurl"),
    (_link, "url link href uri permalink callback webhook endpoint location"),
    (
        _image,
        (
            "avatar image photo picture logo icon thumbnail avatarurl imageurl photourl pictureurl "
            "logourl iconurl thumbnailurl photourls cover banner"
        ),
    ),
    (_host, "host hostname domain domainname server fqdn dns"),
    (_ipv4, "ip ipaddress ipv4 remoteip clientip"),
    (_fake("user_agent"), "useragent browser"),
    (_fake("mac_address"), "mac macaddress"),
    (_slug, "slug permalinkslug"),
    (_file, "file filename attachment"),
    (_path, "path filepath"),
    (
        _one_of("application/json", "text/plain", "image/png", "application/pdf"),
        "mimetype contenttype mediatype",
    ),
    (_fake("iban"), "iban"),
    (_fake("swift"), "bic swift swiftcode"),
    (_digits(10), "accountnumber bankaccount"),
    # Numbers that payment providers reserve for tests.
    (
        _one_of("4242424242424242", "5555555555554444", "4000056655665556"),
        "cardnumber creditcard creditcardnumber",
    ),
    (_digits(3), "cvc cvv"),
    (_digits(4), "last4 lastfour"),
    (headline, "title subject headline heading caption"),
    (
        _text,
        (
            "description summary comment note notes reason message detail details remarks abstract "
            "excerpt question answer instructions text quote feedback hint purpose"
        ),
    ),
    (_paragraph, "body content bio biography about longdescription article"),
    (thing, "label productname product item itemname album model series"),
    (_word, "tag tags keyword category topic genre group kind type"),
    (_one_of("red", "green", "blue", "black", "white", "orange"), "color colour"),
    (_one_of("active", "pending", "completed"), "status state"),
    (_hex(12), "id uid sid oid"),
    (_uuid, "uuid guid"),
    (
        _hex(40),
        (
            "token secret apikey accesstoken refreshtoken sha sha1 hash checksum signature nonce commit "
            "fingerprint"
        ),
    ),
    (_password, "password passwd passphrase"),
    (_hex(16), "etag revision digest cursor"),
    (_code, "sku code reference ordernumber invoicenumber ref number barcode"),
    (_semver, "version appversion"),
    (_fake("isbn13"), "isbn"),
    (_fake("license_plate"), "licenseplate plate numberplate"),
)

TEXTS: Mapping[str, Maker] = {name: maker for maker, names in _MAKERS for name in names.split()}
"""Name -> how its text is made."""

_RANGES: tuple[tuple[tuple[float, float], str], ...] = (
    ((1, 9999), "id"),
    ((0, 60), "count"),
    ((0, 500), "total"),
    ((1, 20), "quantity qty pages"),
    ((0, 250), "stock"),
    ((18, 80), "age"),
    ((1990, 2026), "year"),
    ((1, 12), "month weeks"),
    ((1, 28), "day"),
    ((1, 52), "week"),
    ((0, 23), "hour"),
    ((1, 40), "hours"),
    ((0, 59), "minute second"),
    ((5, 180), "minutes"),
    ((1, 600), "seconds"),
    ((1, 30), "days"),
    ((1, 24), "months"),
    ((1, 10), "years depth level page"),
    ((128, 4000000), "size bytes"),
    ((100, 1920), "width"),
    ((100, 1080), "height"),
    ((1, 300), "length"),
    ((5, 250), "price"),
    ((5, 2500), "amount subtotal"),
    ((5, 500), "cost"),
    ((1, 50), "fee rank position order"),
    ((0, 5000), "balance"),
    ((500, 25000), "cents"),
    ((0, 100), "tax percent percentage rate progress score popularity offset"),
    ((0, 30), "discount"),
    ((28000, 90000), "salary"),
    ((1000, 90000), "budget"),
    ((1000, 900000), "revenue"),
    ((0, 1), "ratio probability confidence"),
    ((36, 60), "lat latitude"),
    ((-9, 25), "lng lon long longitude"),
    ((0, 900), "altitude elevation"),
    ((1, 5), "rating stars priority status"),
    ((1024, 49151), "port"),
    ((0, 20), "index"),
    ((1, 500), "sequence distance"),
    ((1, 9), "version"),
    ((1, 90), "weight"),
    ((-5, 35), "temperature"),
    ((1, 120), "speed"),
    ((10, 600), "duration"),
    ((10, 100), "limit"),
    ((1, 999), "number"),
    ((10, 500), "capacity"),
    ((1, 60), "seats timeout interval"),
    ((0, 20000), "views followers"),
    ((0, 2000), "likes"),
    ((60, 180), "bpm tempo"),
    ((100, 599), "code"),
    ((0, 5), "retries attempts"),
    ((0, 12), "floor"),
    ((1, 18), "zoom"),
    ((0, 359), "angle"),
    ((1, 100), "radius volume"),
    ((0, 1000), "points"),
)

NUMBERS: Mapping[str, tuple[float, float]] = {name: span for span, names in _RANGES for name in names.split()}
"""Name -> the range in which its numbers are believable."""

_TIMES: tuple[tuple[str, str], ...] = (
    (
        "created",
        (
            "created added registered inserted published joined opened issued placed ordered submitted "
            "hired sent creation"
        ),
    ),
    (
        "updated",
        (
            "updated modified changed edited last deleted archived closed completed finished resolved "
            "cancelled canceled revoked paid shipped delivered disabled processed merged accessed used "
            "seen"
        ),
    ),
    ("start", "start starts started begin begins from since departure checkin scheduled open opens opening"),
    ("end", "end ends ended stop until to arrival checkout close closes closing"),
    ("later", "due expires expiry expiration expire expired deadline renewal renews next"),
    ("birth", "birth birthday birthdate dob born"),
)

ROLES: Mapping[str, str] = {word: role for role, words in _TIMES for word in words.split()}
"""Word of a name -> the role of a point in time, as `Scene.time` takes it."""

_PEOPLE = (
    "account admin agent artist assignee author buyer candidate cardholder client coach commenter committer "
    "contact contractor creator customer doctor driver editor employee freelancer friend guest host "
    "individual instructor lead manager member operator owner parent participant passenger patient payee "
    "payer people person player principal profile provider recipient reporter representative reviewer "
    "salesperson sender shopper speaker staff student subscriber teacher tenant user visitor winner "
    "worker writer"
)
_FIRMS = (
    "agency bank brand business carrier company corporation employer firm institution manufacturer merchant "
    "org organisation organization partner publisher retailer shop store supplier vendor"
)
PEOPLE = frozenset(_PEOPLE.split())
"""Objects whose `name` is a person's."""
FIRMS = frozenset(_FIRMS.split())
"""Objects whose `name` is a company's."""

ANIMALS = frozenset(("animal", "cat", "dog", "horse", "pet"))
"""Objects that are called as animals are."""
PLACES = frozenset(("address", "billing", "location", "place", "postal", "shipping", "venue"))
"""Objects whose `state` is a region."""

MOSTLY_TRUE = frozenset(
    ("enabled", "active", "visible", "verified", "confirmed", "available", "valid", "public")
)
MOSTLY_FALSE = frozenset(
    ("deleted", "archived", "disabled", "locked", "hidden", "deprecated", "banned", "test")
)
