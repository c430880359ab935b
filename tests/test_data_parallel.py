"""Two processes train as one; one of them dies, the other says so and ends; started again, both go on."""

import os
import time

import numpy as np
import pytest

from course_utils.experiments import data_parallel as dp


def test_shares_hold_every_row_once_and_differ_by_one_at_most():
    batch = dp.batch_of(3)[0]
    parts = [dp.shard(batch, 2, index) for index in range(2)]
    assert [len(part) for part in parts] == [17, 16]
    np.testing.assert_array_equal(np.concatenate(parts), batch)


def test_every_worker_draws_the_same_batch_and_every_step_another():
    np.testing.assert_array_equal(dp.batch_of(5)[0], dp.batch_of(5)[0])
    assert np.any(dp.batch_of(5)[0] != dp.batch_of(6)[0])


def test_addresses_are_free_different_and_on_this_machine_alone():
    addresses = dp.free_addresses(3)
    assert len(set(addresses)) == 3
    assert all(address.startswith("127.0.0.1:") for address in addresses)


def test_a_step_that_never_comes_back_is_given_up(monkeypatch):
    said, ends = [], []
    monkeypatch.setattr(os, "_exit", ends.append)
    watch = dp.Watch(said.append, patience=0.1)
    watch.kept = 20
    with watch(27):
        time.sleep(0.5)
    assert ends == [dp.LOST]
    assert "step 27: no answer for 0.1 seconds. The last checkpoint is of step 20." in said[0]
    assert "go on from the checkpoint" in said[1]


def test_a_step_that_comes_back_is_not(monkeypatch):
    monkeypatch.setattr(os, "_exit", lambda status: pytest.fail("ended"))
    with dp.Watch(print, patience=0.1)(1):
        pass
    time.sleep(0.3)


@pytest.mark.slow
def test_two_processes_one_death_and_a_resumption(tmp_path):
    """Less than a minute on two idle cores: three starts of TensorFlow, one after another."""
    alone, pair, broken = tmp_path / "alone", tmp_path / "pair", tmp_path / "broken"
    together = dp.start(1, alone) + dp.start(2, pair)
    assert dp.wait_for(together, 300) == [0, 0, 0], dp.log_of(pair, 0).read_text()
    one, two = dp.losses_of(alone), dp.losses_of(pair)
    assert list(two) == list(range(1, dp.STEPS + 1))
    assert two[dp.STEPS] < 0.2 * two[1]  # it learns, so that equal losses say something
    assert dp.apart(one, two) < 1e-4

    death = dp.interrupted(broken, victim=1)
    assert death["status"] == dp.LOST
    assert death["seconds"] < 60
    assert "lost another worker in step 26" in death["said"][0]
    assert "The last checkpoint is of step 20." in death["said"][0]

    assert dp.wait_for(dp.start(2, broken), 300) == [0, 0]
    resumed = dp.losses_of(broken)
    assert list(resumed) == list(range(21, dp.STEPS + 1))
    assert dp.apart(resumed, two) < 1e-4
