# Where the lab lives and what makes it stale; sourced by build, run and versions.
lab_source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lab=${KEYLANE_LAB:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/keylane/lab}

die() { echo "lab: $*" >&2; exit 2; }
export LAB_STARTED=${LAB_STARTED:-$EPOCHSECONDS}
exec 3>&1   # what say prints is seen even when the output goes to a log
say() { printf 'lab: [%4ds] %s\n' $((EPOCHSECONDS - LAB_STARTED)) "$*" >&3; }

# From here on the output goes to a log, whose end is shown when a command fails.
log_to() { set -E; trap "tail -20 '$1' >&3" ERR; exec >>"$1" 2>&1; }

# A part is current when the hash of what it is made from stands in its stamp.
wanted_root() { grep -v '^#' "$lab_source/packages" | cat - "$lab_source/root-build" | sha256sum | cut -c1-16; }
wanted_linux() { grep -v '^#' "$lab_source/kernel.config" | cat - "$lab_source/kernel-build" | sha256sum | cut -c1-16; }
current() { [ "$(cat "$lab/$1.stamp" 2>/dev/null)" = "$("wanted_$1")" ]; }
lab_is_current() { current root && current linux; }
