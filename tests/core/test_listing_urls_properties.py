"""What holds for every text whatever: nothing raises, nothing foreign is found, and what is found is found again."""

from urllib.parse import quote, urlsplit

from hypothesis import example, given
from hypothesis import strategies as st

from countermark.core.listing_urls import SENTENCES, Found, NotFound, identify, judge, marketplaces, read_lines

KNOWN = {each.id: each for each in marketplaces()}
LINKS = [
    example.paste
    for each in marketplaces()
    for example in each.good
    if isinstance(identify(example.paste), Found) and example.paste.startswith("http")
]
HOSTS = sorted({domain for each in marketplaces() for domain in each.domains})
NOISE = st.text(st.characters(exclude_categories=()), max_size=40)
PIECES = st.one_of(
    NOISE, st.sampled_from([*LINKS, *HOSTS, "https://", "@", "/", "?id=", "。", ".", "％", "xn--", "%2e", "\\"])
)
PASTED = st.lists(PIECES, max_size=6).map("".join)
TRACKING = st.sampled_from(
    ["spm", "scm", "pvid", "srsltid", "utm_source", "utm_campaign", "gclid", "fbclid", "_t", "ref"]
)
NAME = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)


def is_its_own(found: Found) -> bool:
    host = urlsplit(found.canonical_url).hostname or ""
    return any(host == domain or host.endswith("." + domain) for domain in KNOWN[found.marketplace].domains)


@given(PASTED)
@example("https://mei.taobao.com。evil.example/")
@example("https://\u2488taobao.com/")
@example("\ud800")
def test_no_text_raises_and_what_is_found_belongs_to_its_marketplace(text: str):
    verdict = identify(text)
    assert verdict.input == text
    if isinstance(verdict, Found):
        assert is_its_own(verdict)
    else:
        assert verdict.code in SENTENCES
        assert verdict.error


@given(PASTED)
def test_what_is_found_is_found_again_from_its_canonical_url(text: str):
    first = identify(text)
    if isinstance(first, Found):
        again = identify(first.canonical_url)
        assert isinstance(again, Found)
        assert (again.marketplace, again.item_id, again.canonical_url, again.kind) == (
            first.marketplace,
            first.item_id,
            first.canonical_url,
            first.kind,
        )


@given(
    st.sampled_from(LINKS),
    TRACKING,
    st.text(max_size=12),
    st.text(st.characters(categories=["L", "N"]), max_size=8),
    st.booleans(),
)
def test_tracking_fragment_and_case_of_the_host_never_change_the_result(
    link: str, name: str, value: str, fragment: str, loud: bool
):
    plain = identify(link)
    assert isinstance(plain, Found)
    base = link.partition("#")[0]
    scheme, _, rest = base.partition("://")
    host, slash, path = rest.partition("/")
    host = host.upper() if loud else host
    sign = "&" if "?" in rest else "?"
    decorated = identify(f"{scheme}://{host}{slash}{path}{sign}{name}={quote(value)}#{fragment}")
    assert isinstance(decorated, Found)
    assert (decorated.canonical_url, decorated.item_id, decorated.kind) == (
        plain.canonical_url,
        plain.item_id,
        plain.kind,
    )


@given(st.sampled_from(LINKS), NAME, st.sampled_from(["before", "after", "glued", "userinfo", "path", "query"]))
def test_a_foreign_host_dressed_as_a_marketplace_never_names_a_listing(link: str, name: str, dress: str):
    scheme, _, rest = link.partition("://")
    host, _, tail = rest.partition("/")
    evil = f"{name}.example"
    dressed = {
        "before": f"{scheme}://{host}.{evil}/{tail}",
        "after": f"{scheme}://{evil}/{rest}",
        "glued": f"{scheme}://{name}x{host.replace('.', '-')}.example/{tail}",
        "userinfo": f"{scheme}://{host}@{evil}/{tail}",
        "path": f"{scheme}://{evil}/{link}",
        "query": f"{scheme}://{evil}/?to={link}",
    }[dress]
    verdict = identify(dressed)
    assert isinstance(verdict, NotFound)
    assert verdict.code in ("lookalike_host", "unknown_host")


@given(NAME, NAME, st.sampled_from(LINKS))
def test_only_hosts_of_the_table_are_ever_found(first: str, second: str, link: str):
    tail = link.partition("://")[2].partition("/")[2]
    assert isinstance(identify(f"https://{first}.{second}.example/{tail}"), NotFound)


@given(st.lists(PASTED.map(lambda text: text.replace("\r", " ").replace("\n", " ")), max_size=8))
def test_every_line_keeps_its_number_and_its_text(pasted: list[str]):
    lines = read_lines("\n".join(pasted))
    assert all(pasted[line.number - 1] == line.raw for line in lines)
    kept = {line.number for line in lines}
    assert all(identify(text).code == "empty" for number, text in enumerate(pasted, 1) if number not in kept)
    found = [line.verdict.canonical_url for line in lines if isinstance(line.verdict, Found)]
    assert len(found) == len(set(found))


@given(PASTED, st.sampled_from(sorted(KNOWN)), st.sampled_from(["listing", "storefront"]))
def test_what_is_wanted_is_what_is_found(text: str, marketplace: str, mode: str):
    verdict = judge(text, marketplace=marketplace, mode=mode)
    if isinstance(verdict, Found):
        assert (verdict.marketplace, verdict.kind) == (marketplace, mode)
