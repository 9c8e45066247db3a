"""What every test shares: Hypothesis without clocks, and a quiet place that is no one's home."""

from __future__ import annotations

import hypothesis

hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.register_profile("deep", parent=hypothesis.settings.get_profile("house"), max_examples=2000)
hypothesis.settings.load_profile("house")
