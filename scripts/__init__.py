"""The code of the Airspace Incursion Record: check the tables, derive, publish. Run as `python -m scripts <verb>`."""

import sys

# pandas loads pyarrow where it finds it, which takes 35 MiB and a tenth of a second, for kinds of columns that no table here has.
# Told that there is none, it holds text as Python does; what writes Parquet files imports pyarrow by itself.
if not {"pandas", "pyarrow"} & sys.modules.keys():
    sys.modules["pyarrow"] = None  # type: ignore[assignment]
    try:
        import pandas  # noqa: F401
    finally:
        del sys.modules["pyarrow"]
