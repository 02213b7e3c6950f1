# syntax=docker/dockerfile:1
#
# Accordant with Airflow 3.3.2, as docker-compose.yaml runs it.
#
#   docker build -t accordant .                      for production
#   docker build -t accordant:sandbox --target sandbox .   with the local servers of the outside systems
#
# The base is python:slim and not apache/airflow, because requirements.lock names every package with its
# hashes: on the Airflow image the same lock would lie over about a hundred provider packages that no lock
# of ours describes, some of which it would break by changing what they depend on.

ARG PYTHON_VERSION=3.11

# -- tools: a Python with uv, itself taken from the lock with its hashes ------------------------------
FROM python:${PYTHON_VERSION}-slim-bookworm AS tools
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 UV_LINK_MODE=copy UV_NO_CACHE=1
COPY requirements-dev.lock ./
RUN awk '/^uv==/ {found=1} found && /^(uv==|    --hash)/ {print; next} found {exit}' requirements-dev.lock > uv.txt \
 && pip install --no-deps --require-hashes -r uv.txt

# -- everything of requirements-dev.lock; also builds our own wheel -----------------------------------
FROM tools AS development
RUN python -m venv /opt/accordant/venv \
 && uv pip install --python /opt/accordant/venv/bin/python --compile-bytecode --require-hashes \
      -r requirements-dev.lock
COPY pyproject.toml requirements.txt README.md LICENSE ./
COPY plugins ./plugins
COPY include ./include
RUN uv build --python /opt/accordant/venv/bin/python --wheel --no-build-isolation --out-dir /build/dist

# -- what production needs, and nothing else ----------------------------------------------------------
FROM tools AS production
COPY requirements.lock ./
RUN python -m venv /opt/accordant/venv \
 && uv pip install --python /opt/accordant/venv/bin/python --compile-bytecode --require-hashes \
      -r requirements.lock
COPY --from=development /build/dist /build/dist
RUN uv pip install --python /opt/accordant/venv/bin/python --compile-bytecode --no-deps --no-index dist/*.whl

# -- the machine that both images run on --------------------------------------------------------------
FROM python:${PYTHON_VERSION}-slim-bookworm AS runtime
RUN useradd --uid 50000 --gid 0 --create-home --home-dir /opt/airflow --shell /bin/bash airflow \
 && install --directory --owner airflow --group 0 --mode 0775 \
      /opt/airflow/logs /opt/airflow/auth /opt/airflow/plugins
ENV PATH=/opt/accordant/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/accordant/dags \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False \
    ACCORDANT_INCLUDE=/opt/accordant/include
WORKDIR /opt/airflow
COPY LICENSE /opt/accordant/LICENSE
COPY dags /opt/accordant/dags
COPY include /opt/accordant/include
USER 50000:0

# -- docker build --target sandbox --------------------------------------------------------------------
FROM runtime AS sandbox
COPY --from=development /opt/accordant/venv /opt/accordant/venv
COPY sandbox /opt/accordant/sandbox
ENV PYTHONPATH=/opt/accordant
CMD ["python", "-m", "sandbox", "--help"]

# -- docker build: the last stage is the default ------------------------------------------------------
FROM runtime AS accordant
COPY --from=production /opt/accordant/venv /opt/accordant/venv
CMD ["airflow", "version"]
