#!/bin/sh
# The command in the container image; it becomes Python, so that the server is the first process and hears SIGTERM.
exec /usr/bin/python3 -m appliance "$@"
