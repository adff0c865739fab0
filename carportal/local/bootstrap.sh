# Finds a Python that can run the portal, one that can make environments first, and hands over to it.
for able_to in "import ensurepip, venv" "pass"; do
    for python in python3 python3.13 python3.12 python3.11; do
        if "$python" -c "import sys; assert sys.version_info >= (3, 11); $able_to" 2>/dev/null; then
            exec "$python" -m carportal.local.bootstrap "$@"
        fi
    done
done
echo "The portal needs Python 3.11 or newer. On Debian or Ubuntu: apt-get install python3 python3-venv" >&2
exit 1
