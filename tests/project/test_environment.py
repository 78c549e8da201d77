"""Is what an operator writes into the environment understood, or refused by name?"""

import base64
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from countermark.evidence.bucket import BucketAt
from countermark.project import environment as env

HOME = Path("/var/lib/countermark")


def test_a_secret_may_lie_in_a_file_of_its_own(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("hush\n")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert env.text("SECRET_KEY") == "hush"


def test_a_secret_that_is_told_twice_is_told_so(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("hush")
    monkeypatch.setenv("SECRET_KEY", "loud")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY and SECRET_KEY_FILE are both set"):
        env.text("SECRET_KEY")


def test_a_secret_whose_file_is_missing_ends_the_start_by_name(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY_FILE names .*nowhere"):
        env.text("SECRET_KEY")


def test_without_a_database_url_the_data_lies_in_the_home_folder():
    entry = env.database("NOT_SET_ANYWHERE", HOME)
    assert entry["NAME"] == "/var/lib/countermark/countermark.sqlite3"
    assert entry["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize(
    ("url", "name"),
    [("sqlite:///notices.db", "notices.db"), ("sqlite:////srv/my%20data/notices.db", "/srv/my data/notices.db")],
)
def test_a_sqlite_url_names_a_relative_or_an_absolute_file(monkeypatch, url, name):
    monkeypatch.setenv("DATABASE_URL", url)
    assert env.database("DATABASE_URL", HOME)["NAME"] == name


def test_a_postgresql_url_is_read_with_its_escapes_and_its_parameters(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://desk:p%40ss%2Fword@db.example:6432/marks?sslmode=require")
    entry = env.database("DATABASE_URL", HOME)
    assert (entry["USER"], entry["PASSWORD"]) == ("desk", "p@ss/word")
    assert (entry["HOST"], entry["PORT"], entry["NAME"]) == ("db.example", "6432", "marks")
    assert entry["OPTIONS"] == {"sslmode": "require"}


def test_a_postgresql_url_may_name_a_socket_folder(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://postgres:@/marks?host=/run/postgresql")
    entry = env.database("DATABASE_URL", HOME)
    assert (entry["HOST"], entry["NAME"], entry["PASSWORD"]) == ("/run/postgresql", "marks", "")


@pytest.mark.parametrize("url", ["mysql://localhost/marks", "marks.db", "http://localhost"])
def test_another_engine_is_refused_and_the_possible_ones_are_named(monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match=r"DATABASE_URL .* sqlite:/// or postgresql://"):
        env.database("DATABASE_URL", HOME)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", ("mail.example", 25, "", "", False)),
        ("smtp://ines:s%3Acret@mail.example:587", ("mail.example", 587, "ines", "s:cret", False)),
        ("smtps://mail.example", ("mail.example", 465, "", "", True)),
        ("smtps://mail.example:4650", ("mail.example", 4650, "", "", True)),
        ("file:", None),
        ("", None),
    ],
)
def test_a_mail_server_is_read_with_its_port_and_its_encryption(monkeypatch, url, server):
    monkeypatch.setenv("EMAIL_URL", url)
    assert env.mail("EMAIL_URL") == server


@pytest.mark.parametrize("url", ["mail.example", "smtp://", "imap://mail.example"])
def test_what_is_no_mail_server_is_refused(monkeypatch, url):
    monkeypatch.setenv("EMAIL_URL", url)
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        env.mail("EMAIL_URL")


def test_a_virus_scanner_is_a_host_and_a_port(monkeypatch):
    monkeypatch.setenv("VIRUS_SCANNER", "127.0.0.1:3310")
    assert env.address("VIRUS_SCANNER") == ("127.0.0.1", 3310)
    monkeypatch.setenv("VIRUS_SCANNER", "clamd")
    with pytest.raises(ImproperlyConfigured, match="VIRUS_SCANNER"):
        env.address("VIRUS_SCANNER")


@pytest.mark.parametrize("alphabet", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_key_is_32_bytes_in_either_base64_alphabet(monkeypatch, alphabet):
    raw = bytes([251, 255] * 16)  # spelt with both characters in which the alphabets differ
    monkeypatch.setenv("SEALING_KEY", alphabet(raw).decode())
    assert env.key("SEALING_KEY") == raw


@pytest.mark.parametrize("word", ["secret", "c2hvcnQ=", "not base64 at all, but as long as a key..."])
def test_a_short_or_garbled_key_is_refused_with_the_way_to_make_one(monkeypatch, word):
    monkeypatch.setenv("SEALING_KEY", word)
    with pytest.raises(ImproperlyConfigured, match=r"SEALING_KEY is not 32 bytes.*countermark keys"):
        env.key("SEALING_KEY")


def test_a_switch_knows_yes_and_no_and_refuses_maybe(monkeypatch):
    for word, value in {"1": True, "on": True, "No": False, "": False}.items():
        monkeypatch.setenv("DEMO", word)
        assert env.switch("DEMO") is value
    monkeypatch.setenv("DEMO", "maybe")
    with pytest.raises(ImproperlyConfigured, match="DEMO"):
        env.switch("DEMO")


def bucket_of(monkeypatch, url, *keys):
    monkeypatch.setenv("FILES_URL", url)
    return env.bucket("FILES_URL", *(keys or ("key", "secret")))


def test_files_lie_in_a_bucket_where_one_is_named(monkeypatch):
    url = "s3://files/desk/?endpoint=https://minio.example:9000&region=eu-north-1"
    expected = BucketAt("files", "desk/", "https://minio.example:9000", "eu-north-1", "key", "secret")
    assert bucket_of(monkeypatch, url) == expected
    assert bucket_of(monkeypatch, "s3://files", "", "") == BucketAt("files")  # by the rights of the machine
    assert bucket_of(monkeypatch, "file:") is None


@pytest.mark.parametrize(
    ("url", "keys", "why"),
    [
        ("https://minio.example/files", ("key", "secret"), "names no bucket"),
        ("s3:///desk", ("key", "secret"), "names no bucket"),
        ("s3://files?endpont=https://minio.example", ("key", "secret"), "names no bucket"),
        ("s3://files?endpoint=minio.example:9000", ("key", "secret"), "without http"),
        ("s3://files", ("key", ""), "go together"),
    ],
)
def test_a_bucket_that_is_not_well_named_ends_the_start(monkeypatch, url, keys, why):
    with pytest.raises(ImproperlyConfigured, match=f"FILES_URL.*{why}|{why}"):
        bucket_of(monkeypatch, url, *keys)
