"""`python -m selftwin.web`: what `selftwin serve` starts."""

import os
import sys

for name, value in {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}.items():
    os.environ.setdefault(name, value)  # small fits, no spinning; before anything numeric is imported

from selftwin.web.serving import main  # noqa: E402

sys.exit(main())
