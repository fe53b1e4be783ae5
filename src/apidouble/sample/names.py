"""What the name of a property says about its value.

In: a property's name and what it belongs to (`name` of an `employee`). Out: makers of text and
ranges of numbers. May not know: schemas; whether a value fits is for whoever asks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from apidouble.sample.scene import Scene, slug

Maker = Callable[[Scene], Any]

_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")

_PEOPLE = frozenset(
    "account admin agent artist assignee author buyer candidate cardholder client coach commenter committer "
    "contact contractor creator customer doctor driver editor employee freelancer friend guest host "
    "individual instructor lead manager member operator owner parent participant passenger patient payee "
    "payer people person player principal profile provider recipient reporter representative reviewer "
    "salesperson sender shopper speaker staff student subscriber teacher tenant user visitor winner "
    "worker writer".split()  # noqa: SIM905 - a list of words reads better as words
)
_FIRMS = frozenset(
    "agency bank brand business carrier company corporation employer firm institution manufacturer merchant "
    "org organisation organization partner publisher retailer shop store supplier vendor".split()  # noqa: SIM905
)


def tokens(name: str) -> tuple[str, ...]:
    """The words of a property's name, lower case: `createdAt` -> (created, at)."""
    return tuple(word.lower() for word in _TOKEN.findall(name))


def singular(name: str) -> str:
    """What one item of a list is called."""
    if name.endswith("ies") and len(name) > 4:
        return name[:-3] + "y"
    if name.endswith(("sses", "xes", "ches", "shes")):
        return name[:-2]
    return name[:-1] if name.endswith("s") and not name.endswith(("ss", "us", "is")) else name


def text_maker(name: str, owner: str) -> Maker | None:
    """How text under this name is made; None where the name says nothing."""
    words = tokens(name)
    if not words:
        return None
    owner_words = tokens(owner)
    if words[-1] == "name" or words[-1] in ("title", "label"):
        named = _named(words, owner_words)
        if named is not None:
            return named
    for start in range(len(words)):
        found = _TEXTS.get("".join(words[start:]))
        if found is not None:
            return found
    if words[0] in ("is", "has"):
        return None
    return None


def _named(words: tuple[str, ...], owner: tuple[str, ...]) -> Maker | None:
    """`name`, `title` and the like mean what their owner is."""
    joined = "".join(words)
    if joined in _TEXTS:
        return _TEXTS[joined]
    subject = {*words[:-1]} or {*owner}
    last = words[-1]
    if subject & _FIRMS:
        return _company if last == "name" else None
    if subject & _PEOPLE:
        return _full_name if last == "name" else (_job if last == "title" else None)
    if len(words) == 1:
        return _thing if last in ("name", "label") else _headline
    return _TEXTS.get("".join(words[-2:])) or (_thing if last == "name" else _headline)


def time_role(name: str) -> str:
    """The role of a point in time under this name, as `Scene.time` takes it; any, if it says nothing."""
    words = tokens(name)
    for word in words:
        if word in _ROLES:
            return _ROLES[word]
    return "any"


def is_time(name: str) -> bool:
    """Whether a number or text without a format looks like a point in time."""
    words = tokens(name)
    return len(words) > 0 and (
        words[-1] in ("at", "timestamp", "datetime")
        or (len(words) > 1 and words[-1] in ("on", "date", "time") and words[0] in _ROLES)
        or (len(words) == 1 and words[0] in ("created", "updated", "modified"))
    )


def number_range(name: str) -> tuple[float, float] | None:
    """The believable range of a number under this name; None where the name says nothing."""
    words = tokens(name)
    for start in range(len(words)):
        found = _NUMBERS.get("".join(words[start:]))
        if found is not None:
            return found
    for word in reversed(words):
        if word in _NUMBERS:
            return _NUMBERS[word]
    return None


def likelihood(name: str) -> float:
    """How often a boolean under this name is true."""
    words = tokens(name)
    if any(word in _MOSTLY_TRUE for word in words):
        return 0.85
    return 0.15 if any(word in _MOSTLY_FALSE for word in words) else 0.5


_MOSTLY_TRUE = frozenset(
    ("enabled", "active", "visible", "verified", "confirmed", "available", "valid", "public")
)
_MOSTLY_FALSE = frozenset(
    ("deleted", "archived", "disabled", "locked", "hidden", "deprecated", "banned", "test")
)

_ROLES: Mapping[str, str] = {
    **dict.fromkeys(("created", "added", "registered", "inserted", "published", "joined", "opened", "issued",
                     "placed", "ordered", "submitted", "hired", "sent", "creation"), "created"),
    **dict.fromkeys(("updated", "modified", "changed", "edited", "last", "deleted", "archived", "closed",
                     "completed", "finished", "resolved", "cancelled", "canceled", "revoked", "paid", "shipped",
                     "delivered", "disabled", "processed", "merged", "accessed", "used", "seen"), "updated"),
    **dict.fromkeys(("start", "starts", "started", "begin", "begins", "from", "since", "departure", "checkin",
                     "scheduled", "opens"), "start"),
    **dict.fromkeys(("end", "ends", "ended", "stop", "until", "to", "arrival", "checkout", "closes"), "end"),
    **dict.fromkeys(("due", "expires", "expiry", "expiration", "expire", "expired", "deadline", "renewal",
                     "renews", "next"), "later"),
    **dict.fromkeys(("birth", "birthday", "birthdate", "dob", "born"), "birth"),
}  # fmt: skip

_NUMBERS: Mapping[str, tuple[float, float]] = {
    "id": (1, 9999), "count": (0, 60), "total": (0, 500), "quantity": (1, 20), "qty": (1, 20), "stock": (0, 250),
    "age": (18, 80), "year": (1990, 2026), "month": (1, 12), "day": (1, 28), "week": (1, 52), "hour": (0, 23),
    "hours": (1, 40), "minute": (0, 59), "minutes": (5, 180), "second": (0, 59), "seconds": (1, 600),
    "days": (1, 30), "weeks": (1, 12), "months": (1, 24), "years": (1, 10), "size": (128, 4000000),
    "bytes": (128, 4000000), "width": (100, 1920), "height": (100, 1080), "length": (1, 300), "depth": (1, 10),
    "price": (5, 250), "amount": (5, 2500), "cost": (5, 500), "fee": (1, 50), "balance": (0, 5000),
    "cents": (500, 25000), "tax": (0, 100), "subtotal": (5, 2500), "discount": (0, 30), "salary": (28000, 90000),
    "budget": (1000, 90000), "revenue": (1000, 900000), "percent": (0, 100), "percentage": (0, 100),
    "rate": (0, 100), "ratio": (0, 1), "probability": (0, 1), "confidence": (0, 1), "progress": (0, 100),
    "lat": (36, 60), "latitude": (36, 60), "lng": (-9, 25), "lon": (-9, 25), "long": (-9, 25),
    "longitude": (-9, 25), "altitude": (0, 900), "elevation": (0, 900), "rating": (1, 5), "stars": (1, 5),
    "score": (0, 100), "rank": (1, 50), "port": (1024, 49151), "index": (0, 20), "position": (1, 50),
    "order": (1, 50), "sequence": (1, 500), "priority": (1, 5), "level": (1, 10), "version": (1, 9),
    "weight": (1, 90), "temperature": (-5, 35), "speed": (1, 120), "distance": (1, 500), "duration": (10, 600),
    "page": (1, 10), "pages": (1, 20), "limit": (10, 100), "offset": (0, 100), "number": (1, 999),
    "capacity": (10, 500), "seats": (1, 60), "views": (0, 20000), "likes": (0, 2000), "followers": (0, 20000),
    "popularity": (0, 100), "bpm": (60, 180), "tempo": (60, 180), "code": (100, 599), "status": (1, 5),
    "retries": (0, 5), "attempts": (0, 5), "timeout": (1, 60), "interval": (1, 60), "floor": (0, 12),
    "zoom": (1, 18), "angle": (0, 359), "radius": (1, 100), "volume": (1, 100), "points": (0, 1000),
}  # fmt: skip


def _full_name(scene: Scene) -> str:
    return scene.full_name


def _company(scene: Scene) -> str:
    return scene.company


def _job(scene: Scene) -> str:
    return str(scene.fake("job"))


def _thing(scene: Scene) -> str:
    return " ".join(scene.words(2)).title()


def _headline(scene: Scene) -> str:
    return scene.sentence(4).rstrip(".")


def _text(scene: Scene, count: int = 8) -> str:
    return scene.sentence(count)


def _paragraph(scene: Scene) -> str:
    return " ".join(scene.sentence(count) for count in (9, 7, 11))


def _word(scene: Scene) -> str:
    return scene.words(1)[0].lower()


def _slug(scene: Scene) -> str:
    return slug(" ".join(scene.words(2)))


def _image(scene: Scene) -> str:
    return f"https://{scene.domain}/images/{scene.random.getrandbits(32):08x}.jpg"


def _link(scene: Scene) -> str:
    return f"https://www.{scene.domain}/{_slug(scene)}"


def _site(scene: Scene) -> str:
    return f"https://www.{scene.domain}"


def _host(scene: Scene) -> str:
    return f"{_word(scene)}.{scene.domain}" if _word(scene).isascii() else scene.domain


def _file(scene: Scene) -> str:
    return f"{_slug(scene) or 'file'}.{scene.random.choice(('pdf', 'png', 'txt', 'csv'))}"


def _hex(scene: Scene, length: int) -> str:
    return f"{scene.random.getrandbits(length * 4):0{length}x}"


def _digits(scene: Scene, length: int) -> str:
    return "".join(scene.random.choice("0123456789") for _ in range(length))


def _code(scene: Scene) -> str:
    letters = "".join(scene.random.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(3))
    return f"{letters}-{scene.random.randint(1000, 9999)}"


def _semver(scene: Scene) -> str:
    return f"{scene.random.randint(0, 4)}.{scene.random.randint(0, 12)}.{scene.random.randint(0, 9)}"


def _ipv4(scene: Scene) -> str:
    # Documentation range TEST-NET-3 (RFC 5737).
    return f"203.0.113.{scene.random.randint(1, 254)}"


def _fake(provider: str) -> Maker:
    return partial(_faked, provider=provider)


def _faked(scene: Scene, provider: str) -> str:
    return str(scene.fake(provider)).replace("\n", ", ")


def _choice(*options: str) -> Maker:
    return partial(_chosen, options=options)


def _chosen(scene: Scene, options: tuple[str, ...]) -> str:
    return scene.random.choice(options)


def _several(maker: Maker, *names: str) -> dict[str, Maker]:
    return dict.fromkeys(names, maker)


_TEXTS: Mapping[str, Maker] = {
    **_several(lambda scene: scene.given_name, "firstname", "givenname", "forename", "middlename", "fname"),
    **_several(lambda scene: scene.family_name, "lastname", "familyname", "surname", "lname"),
    **_several(_full_name, "fullname", "displayname", "realname", "contactname", "author", "owner", "creator",
               "assignee", "recipient", "cardholder", "signatory"),
    **_several(lambda scene: scene.handle, "username", "login", "handle", "loginname", "screenname", "nick"),
    **_several(lambda scene: scene.given_name, "nickname", "petname"),
    **_several(lambda scene: scene.email, "email", "emailaddress", "mail", "useremail", "from", "replyto"),
    **_several(_fake("phone_number"), "phone", "phonenumber", "telephone", "mobile", "mobilephone", "fax", "tel",
               "msisdn", "cellphone", "phoneno"),
    **_several(_job, "jobtitle", "job", "occupation", "profession"),
    **_several(_choice("Finance", "Sales", "Operations", "Engineering", "Legal", "Marketing", "Support"),
               "department", "subdepartment", "team", "division", "businessunit"),
    **_several(_choice("Junior", "Medior", "Senior", "Principal"), "seniority"),
    **_several(_choice("female", "male", "other"), "gender", "sex"),
    **_several(_company, "company", "companyname", "organization", "organisation", "organizationname", "employer",
               "vendor", "supplier", "merchant", "brand", "manufacturer", "businessname", "legalname"),
    **_several(_fake("street_address"), "street", "streetaddress", "addressline", "address1", "line1",
               "addressline1", "street1"),
    **_several(_fake("secondary_address"), "line2", "addressline2", "address2", "street2"),
    **_several(_fake("address"), "address", "fulladdress", "formattedaddress"),
    **_several(_fake("city"), "city", "town", "locality", "municipality", "cityname", "office"),
    **_several(_fake("postcode"), "zip", "zipcode", "postcode", "postalcode"),
    **_several(_fake("administrative_unit"), "state", "province", "region", "county"),
    **_several(_fake("current_country"), "country", "countryname", "nationality"),
    **_several(lambda scene: scene.country, "countrycode", "countryiso", "isocountry"),
    **_several(lambda scene: scene.language, "language", "languagecode", "lang"),
    **_several(lambda scene: scene.locale.replace("_", "-"), "locale", "culture"),
    **_several(_choice("Europe/Amsterdam", "Europe/London", "Europe/Berlin", "Europe/Paris", "UTC"),
               "timezone", "tz", "timezonename"),
    **_several(lambda scene: scene.currency, "currency", "currencycode"),
    **_several(lambda scene: str(scene.place[0]), "latitude", "lat"),
    **_several(lambda scene: str(scene.place[1]), "longitude", "lng", "lon"),
    **_several(_site, "website", "homepage", "site", "baseurl"),
    **_several(_link, "url", "link", "href", "uri", "permalink", "callback", "webhook", "endpoint", "location"),
    **_several(_image, "avatar", "image", "photo", "picture", "logo", "icon", "thumbnail", "avatarurl", "imageurl",
               "photourl", "pictureurl", "logourl", "iconurl", "thumbnailurl", "photourls", "cover", "banner"),
    **_several(_host, "host", "hostname", "domain", "domainname", "server", "fqdn", "dns"),
    **_several(_ipv4, "ip", "ipaddress", "ipv4", "remoteip", "clientip"),
    **_several(_fake("user_agent"), "useragent", "browser"),
    **_several(_fake("mac_address"), "mac", "macaddress"),
    **_several(_slug, "slug", "permalinkslug"),
    **_several(_file, "file", "filename", "attachment"),
    **_several(lambda scene: f"/{_slug(scene)}/{_file(scene)}", "path", "filepath"),
    **_several(_choice("application/json", "text/plain", "image/png", "application/pdf"),
               "mimetype", "contenttype", "mediatype"),
    **_several(_fake("iban"), "iban"),
    **_several(_fake("swift"), "bic", "swift", "swiftcode"),
    **_several(lambda scene: _digits(scene, 10), "accountnumber", "bankaccount"),
    **_several(_choice("4242424242424242", "5555555555554444", "4000056655665556"), "cardnumber", "creditcard",
               "creditcardnumber"),
    **_several(lambda scene: _digits(scene, 3), "cvc", "cvv"),
    **_several(lambda scene: _digits(scene, 4), "last4", "lastfour"),
    **_several(_headline, "title", "subject", "headline", "heading", "caption"),
    **_several(_text, "description", "summary", "comment", "note", "notes", "reason", "message", "detail",
               "details", "remarks", "abstract", "excerpt", "question", "answer", "instructions", "text", "quote",
               "feedback", "hint", "purpose"),
    **_several(_paragraph, "body", "content", "bio", "biography", "about", "longdescription", "article"),
    **_several(_thing, "label", "productname", "product", "item", "itemname", "album", "model", "series"),
    **_several(_word, "tag", "tags", "keyword", "category", "topic", "genre", "group", "kind", "type"),
    **_several(_choice("red", "green", "blue", "black", "white", "orange"), "color", "colour"),
    **_several(_choice("active", "pending", "completed"), "status", "state"),
    **_several(lambda scene: _hex(scene, 40), "token", "secret", "apikey", "accesstoken", "refreshtoken", "sha",
               "sha1", "hash", "checksum", "signature", "nonce", "commit", "fingerprint"),
    **_several(lambda scene: _hex(scene, 8) + "Aa1!", "password", "passwd", "passphrase"),
    **_several(lambda scene: _hex(scene, 16), "etag", "revision", "digest", "cursor"),
    **_several(_code, "sku", "code", "reference", "ordernumber", "invoicenumber", "ref", "number", "barcode"),
    **_several(_semver, "version", "appversion"),
    **_several(_fake("isbn13"), "isbn"),
    **_several(_fake("license_plate"), "licenseplate", "plate", "numberplate"),
    "countryofbirth": _fake("current_country"),
}  # fmt: skip
