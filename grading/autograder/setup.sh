#!/usr/bin/env bash
# Runs once, as root, when the image is made: by Gradescope, or by the Containerfile beside this.
# It needs the network. Afterwards only root can read what is in the autograder's folder.
set -eu
here="$(cd "$(dirname "$0")" && pwd)"
environment="${GRADING_ENVIRONMENT:-/opt/rnn-course}"

install() { apt-get install --yes --no-install-recommends "$@"; }
supported() { # the first Python that the course supports and that can make an environment
    for python in python3.13 python3.12 python3.11 python3; do
        if "$python" -c "import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))" \
            >/dev/null 2>&1; then
            echo "$python"
            return
        fi
    done
}

apt-get update
install bubblewrap util-linux procps
if [ -z "$(supported)" ]; then # Ubuntu 22.04 has 3.10, and 3.11 beside it; 24.04 has no venv for 3.12
    install python3-venv
fi
if [ -z "$(supported)" ]; then
    install python3.11 python3.11-venv
fi
"$(supported)" -m venv "$environment"
"$environment/bin/python" -m pip install --no-cache-dir --quiet \
    --constraint "$here/course/constraints.txt" --requirement "$here/requirements.txt"
chmod 700 "$here"
