# Finding and installing what the scripts at the root need. Sourced by bash; every function prints
# its answer on stdout and its complaints on stderr.

# say TEXT...: one line to whoever started the script
say() {
  printf 'keylane: %s\n' "$*" >&2
}

# java_feature HOME: the feature version (25 of "25.0.3") of the Java below HOME, nothing if there is none
java_feature() {
  local version
  [ -x "$1/bin/java" ] || return 0
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null)
  if [ -z "$version" ]; then
    version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.* version "\([0-9]*\).*/\1/p')
  fi
  printf '%s' "$version"
}

# java_candidates: every Java home worth a look, one a line: JAVA_HOME, then /usr/lib/jvm, then PATH
java_candidates() {
  local home java
  [ -z "${JAVA_HOME:-}" ] || printf '%s\n' "$JAVA_HOME"
  for home in /usr/lib/jvm/*; do
    [ -x "$home/bin/java" ] && printf '%s\n' "$home"
  done
  java=$(command -v java) && java=$(readlink -f "$java") && printf '%s\n' "${java%/bin/java}"
  return 0
}

# find_java MINIMUM [javac]: JAVA_HOME if it is new enough, else the oldest Java that is; with a compiler if asked
find_java() {
  local home version best='' best_version=''
  while read -r home; do
    version=$(java_feature "$home")
    [ -n "$version" ] && [ "$version" -ge "$1" ] || continue
    [ -z "${2:-}" ] || [ -x "$home/bin/$2" ] || continue
    if [ "$home" = "${JAVA_HOME:-}" ]; then
      best=$home
      break
    fi
    if [ -z "$best" ] || [ "$version" -lt "$best_version" ]; then
      best=$home
      best_version=$version
    fi
  done < <(java_candidates)
  [ -n "$best" ] && printf '%s\n' "$best"
}

# install_package NAME: installs the distribution's package when there is one and we may; sudo only after a yes
install_package() {
  local as_root=() answer
  command -v apt-get >/dev/null || return 1
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null && [ -t 0 ] && [ -t 2 ] || return 1
    read -r -p "keylane: install the package $1 with sudo? [y/N] " answer
    [[ $answer == [yY]* ]] || return 1
    as_root=(sudo)
  fi
  package_exists "$1" || "${as_root[@]}" apt-get -q update >&2 || return 1
  package_exists "$1" || return 1
  say "installing the package $1"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$1" >&2
}

package_exists() {
  LC_ALL=C apt-cache policy "$1" 2>/dev/null | grep -q '^  Candidate: [^(]'
}

# require_java [javac]: like find_java 25, but installs the distribution's JDK or says how to get one
require_java() {
  find_java 25 "${1:-}" && return
  install_package openjdk-25-jdk-headless && find_java 25 "${1:-}" && return
  say "needs a JDK of version 25 or later: install the package openjdk-25-jdk-headless where the distribution has it" \
      "(Debian 13, Ubuntu 24.04), or unpack any build of OpenJDK 25 and set JAVA_HOME to it."
  return 1
}
