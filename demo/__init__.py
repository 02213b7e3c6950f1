"""The demo: Airflow, the sandbox and one agreement on this machine, from one command.

    python -m demo up [--exit]     what `make demo` runs
    python -m demo down            what `make stop` runs

It starts every process itself, on loopback only, and keeps their data, logs and secrets in one folder
(.accordant/demo in the checkout). It talks to the product as any user does: through Airflow's REST API and
the `accordant` command.
"""
