"""What tests start, and how they find it."""

from __future__ import annotations

import pytest

from tests.support.emulator import bridge_gateway


@pytest.mark.parametrize(
    ("config", "gateway"),
    [
        ([{"Subnet": "172.17.0.0/16", "Gateway": "172.17.0.1"}], "172.17.0.1"),
        ([{"Subnet": "172.17.0.0/16"}], "172.17.0.1"),
        ([{"Subnet": "10.9.8.0/24", "Gateway": "10.9.8.254/24"}], "10.9.8.254"),
        ([{"Subnet": "fd00::/80"}, {"Subnet": "192.168.5.0/24"}], "192.168.5.1"),
    ],
)
def test_the_way_from_a_container_to_this_machine_is_found_whatever_docker_names(
    config: list[dict[str, str]], gateway: str
) -> None:
    assert bridge_gateway([{"Name": "bridge", "IPAM": {"Config": config}}]) == gateway
