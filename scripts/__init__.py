"""The code of the Airspace Incursion Record: check the tables, derive, publish. Run as `python -m scripts <verb>`."""
