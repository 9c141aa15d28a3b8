"""Where Weaviate is to be found."""

from __future__ import annotations

import pytest

from app.adapters.weaviate.server import Address, addresses


@pytest.mark.parametrize(
    ("url", "grpc_url", "http", "grpc"),
    [
        ("http://weaviate:8080", None, ("weaviate", 8080, False), ("weaviate", 50051, False)),
        ("http://weaviate:8080/", "http://other:9", ("weaviate", 8080, False), ("other", 9, False)),
        ("https://w.example.org", None, ("w.example.org", 443, True), ("w.example.org", 50051, True)),
        (
            "https://w.example.org",
            "grpc.example.org",
            ("w.example.org", 443, True),
            ("grpc.example.org", 443, True),
        ),
        (
            "https://abc.c0.europe-west3.gcp.weaviate.cloud",
            None,
            ("abc.c0.europe-west3.gcp.weaviate.cloud", 443, True),
            ("grpc-abc.c0.europe-west3.gcp.weaviate.cloud", 443, True),
        ),
        (
            "abc.weaviate.cloud",
            None,
            ("abc.weaviate.cloud", 443, True),
            ("grpc-abc.weaviate.cloud", 443, True),
        ),
    ],
)
def test_grpc_is_at_the_usual_port_of_the_host_or_where_the_cloud_has_it(
    url: str, grpc_url: str | None, http: tuple[str, int, bool], grpc: tuple[str, int, bool]
) -> None:
    assert addresses(url, grpc_url) == (Address(*http), Address(*grpc))


@pytest.mark.parametrize(
    ("url", "grpc_url", "name"),
    [
        ("ftp://weaviate", None, "WEAVIATE_URL"),
        ("http://", None, "WEAVIATE_URL"),
        ("http://w:1", "x://w", "GRPC_URL"),
    ],
)
def test_what_is_no_address_is_named_by_its_setting(url: str, grpc_url: str | None, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        addresses(url, grpc_url)
