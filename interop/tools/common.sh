# Where the tools live and what makes them stale; sourced by build and run.
tools_source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=${KEYLANE_TOOLS:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/keylane/tools}
suite=bookworm

die() { echo "tools: $*" >&2; exit 2; }

# base.tar is current when the suite is, the root when its packages are as well.
wanted_base() { echo "$suite"; }
wanted_root() { grep -v '^#' "$tools_source/packages" | cat - "$tools_source/build" | sha256sum | cut -c1-16; }
current() { [ "$(cat "$tools/$1.stamp" 2>/dev/null)" = "$("wanted_$1")" ]; }
