"""`python -m selftwin.web`: what `selftwin serve` starts."""

import sys

from selftwin.web.serving import main

sys.exit(main())
