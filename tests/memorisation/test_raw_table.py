"""A table as its file has it, and the columns whose order gives them away."""

import numpy as np
import pandas as pd
import pytest

from pellucid.exceptions import FileFormatError, InvalidInputError
from pellucid.memorisation import RawTable
from pellucid.memorisation._raw_table import same_cell, split_row


def test_lines_stay_as_they_stand_in_the_file(tmp_path):
    file = tmp_path / "t.csv"
    file.write_bytes('\ufeffa, b\r\n 1,"x, y"\r\n\r\n2.50,z \r\n'.encode())
    table = RawTable.of_file(file)
    assert (table.name, table.header, table.lines) == ("t.csv", "a, b", (' 1,"x, y"', "2.50,z "))
    assert table.columns == ("a", "b")
    assert table.cells == (("1", "x, y"), ("2.50", "z"))
    assert table.shown(0, 1) == 'a, b\n 1,"x, y"'


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_that_of_the_header_or_the_one_given(tmp_path, delimiter):
    (tmp_path / "t.csv").write_text(f"a{delimiter}b\n1,5{delimiter}2\n")
    table = RawTable.of_file(tmp_path / "t.csv", delimiter=delimiter if delimiter == "|" else None)
    assert table.cells == (("1,5", "2"),)


def test_a_file_that_is_no_table_is_refused_with_its_line(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3\n")
    with pytest.raises(FileFormatError, match="line 3 has 1 cells and the header 2"):
        RawTable.of_file(tmp_path / "t.csv")
    (tmp_path / "u.csv").write_text("a,b\n")
    with pytest.raises(FileFormatError, match="holds no rows"):
        RawTable.of_file(tmp_path / "u.csv")
    with pytest.raises(FileFormatError):
        RawTable.of_file(tmp_path / "missing.csv")
    with pytest.raises(InvalidInputError, match="longer than CSV allows"):
        RawTable.of_lines("t", ["a,b", "1," + "x" * 200_000])


def test_a_frame_is_written_as_csv_and_a_cell_with_two_lines_is_refused():
    table = RawTable.of_frame("f", pd.DataFrame({"a": [1, 2], "b": ["x", "y, z"]}))
    assert (table.header, table.lines) == ("a,b", ("1,x", '2,"y, z"'))
    with pytest.raises(InvalidInputError, match="over the end of its line"):
        RawTable.of_frame("f", pd.DataFrame({"a": [1], "b": ["x\ny"]}))


def test_errors_never_quote_a_cell():
    with pytest.raises(InvalidInputError) as caught:
        RawTable.of_lines("t", ["a,b", "canary-7"])
    assert "canary" not in str(caught.value)


def test_a_line_that_is_not_of_the_form_of_csv_is_one_cell():
    assert split_row("a\nb,c") == ("a\nb,c",)
    assert split_row("") == ("",)
    assert split_row('1,"2,3", 4 ') == ("1", "2,3", "4")


def test_cells_are_compared_as_numbers_or_as_words():
    assert same_cell("1e2", "100.0")
    assert same_cell(" Red", "red")
    assert not same_cell("", "0")
    assert same_cell("nan", "NaN")
    assert not same_cell("inf", "1e999x")


def columns_hidden(*columns):
    names = ",".join(f"c{n}" for n in range(len(columns)))
    return RawTable.of_lines("t", [names, *map(",".join, zip(*columns, strict=True))]).hidden_columns()


def test_columns_that_the_order_gives_away_are_not_compared():
    random = np.random.default_rng(0)
    free = [f"{value:.2f}" for value in random.normal(size=100)]
    rare = ["1" if value < 0.03 else "0" for value in random.random(100)]
    rare[10] = rare[50] = "1"
    running = [str(n + 1) for n in range(100)]
    restarted = [str(n % 20) for n in range(100)]
    falling = [str(2000 - n // 3) for n in range(100)]
    ids = [f"fi-{n:04d}" for n in range(100)]
    groups = ["a"] * 40 + ["b"] * 60
    constant = ["x"] * 100
    given_away = [running, restarted, falling, ids, groups, constant]
    assert columns_hidden(free, *given_away, rare) == (0, 1 + len(given_away))
    assert columns_hidden(running) == ()
