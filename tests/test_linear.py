"""What the benchmark of linear cost says of measured runs."""

import pytest

from tests.benchmarks.linear import show
from tests.benchmarks.statewide import Cost


def runs(rows: int, *cpu: float):
    told = {"inputs": [{"rows_read": rows // 2}] * 2, "stages_cpu": {"read": cpu[0] / 2, "rules": cpu[0] / 2}}
    return [(Cost(c, c + 1, 0.5), told) for c in cpu]


@pytest.mark.parametrize(("larger", "status"), [((10.4, 10.4, 99), 0), ((10.6, 10.6, 1), 1)])
def test_ten_times_the_rows_may_take_ten_and_a_half_times_the_seconds(larger, status, capsys) -> None:
    assert show({10: runs(1000, 0.9, 1.0, 1.1), 100: runs(10_000, *larger)}) == status
    printed = capsys.readouterr().out
    assert "1.00 ± 0.10" in printed
    assert "10.00" in printed.splitlines()[2], printed
    assert f"{larger[0]:.2f}" in printed.splitlines()[2]
