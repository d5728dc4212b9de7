#!/bin/sh
# The stand-in under the path of the real one.
exec node /app/metacontroller.mjs "$@"
