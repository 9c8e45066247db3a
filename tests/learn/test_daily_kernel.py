"""What a first run waits for: compiling, once for each function, and never again until its text changes."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

ONCE = """
import json
import numpy as np
from selftwin.learn import daily, daily_kernel, daily_origin, daily_weighing

days = np.arange(30)
memory, _ = daily.learn(daily.blank(), days, np.sin(days))
daily.quantiles(memory, np.array([30, 33]))
forms = {}
for module in (daily_origin, daily_weighing, daily_kernel):
    for name, found in vars(module).items():
        if hasattr(found, "signatures"):
            forms[name] = len(found.signatures)
print(json.dumps([forms, sum(daily_kernel._run.stats.cache_hits.values())]))
"""


def in_a_process_of_its_own(kept):
    env = os.environ | {"NUMBA_CACHE_DIR": str(kept)}
    done = subprocess.run([sys.executable, "-c", ONCE], env=env, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.deep
def test_every_function_is_compiled_in_one_form_and_kept_for_the_next_process(tmp_path):
    forms, hits = in_a_process_of_its_own(tmp_path)
    assert hits == 0
    assert forms["_run"] == forms["slide"] == forms["blend"] == 1
    assert max(forms.values()) == 1
    forms, hits = in_a_process_of_its_own(tmp_path)
    assert hits == 1
    assert forms["slide"] == 0
