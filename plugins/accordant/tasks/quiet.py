"""Keep libraries from writing into a task log what no reader needs at 3 a.m."""

from __future__ import annotations

import logging
import os
import warnings


def quiet_great_expectations() -> None:
    """Turn off progress bars, usage reports and chatter of Great Expectations."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("TQDM_DISABLE", "1")
    warnings.filterwarnings("ignore", module="great_expectations")
    for name in (
        "great_expectations",
        "great_expectations._docs_decorators",
        "great_expectations.data_context.types.base",
    ):
        logging.getLogger(name).setLevel(logging.WARNING)
