# Building one module and what it depends on, when that is needed. Sourced by bash after tools/jdk.sh, with root set to
# the top of the tree.

# module_jar MODULE: the module's jar, nothing if it was not built
module_jar() {
  local jar
  for jar in "$root/$1/target/keylane-$1"-*.jar; do
    [[ $jar == *-tests.jar ]] || [ ! -e "$jar" ] || printf '%s\n' "$jar"
  done | head -n 1
}

# module_class_path MODULE
module_class_path() {
  printf '%s:%s' "$(module_jar "$1")" "$root/$1/target/lib/*"
}

# build_if_needed MODULE DEPENDENCY...: a tree that cannot be written to is taken as it is
build_if_needed() {
  if is_complete "$1" && is_current "$@"; then return; fi
  if [ ! -w "$root/$1" ]; then
    is_complete "$1" && return
    say "is not built yet, and $root cannot be written to."
    return 1
  fi
  # One build at a time; whoever waited finds it done.
  exec 9<"$root"
  flock 9
  if ! is_complete "$1" || ! is_current "$@"; then build "$1" || return; fi
  exec 9<&-
}

is_complete() {
  [ -n "$(module_jar "$1")" ] && [ -d "$root/$1/target/lib" ]
}

# Maven leaves a jar alone when its classes did not change, so the jar's age alone does not tell.
is_current() {
  local stamp=$root/$1/target/built module sources=(pom.xml)
  local newer=(-newer "$(module_jar "$1")")
  [ ! -e "$stamp" ] || newer+=(-newer "$stamp")
  for module in "$@"; do sources+=("$module/pom.xml" "$module/src/main"); done
  [ -z "$(cd "$root" && find "${sources[@]}" "${newer[@]}" -print -quit)" ]
}

build() {
  local started
  say "building"
  started=$(date +%s.%N)
  "$root/mvnw" -B -q -f "$root/pom.xml" -DskipTests -pl "$1" -am package >&2 || return
  touch -d "@$started" "$root/$1/target/built"
}
