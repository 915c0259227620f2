# The JVM's flags, and the cache of classes that a start can do with. Sourced by bash after tools/build.sh, with root set to
# the top of the tree.

# jvm_flags COMMAND: one a line. The daemon lives long and may hold many SAs, and gives memory back that it does not need: of
# the heap when that is collected, once after the start, of the compilers' after some seconds. The commands that ask it
# something shall start fast.
jvm_flags() {
  printf '%s\n' --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+UseSerialGC -XX:-UsePerfData
  case ${1:-} in
    run)
      printf '%s\n' -Xms8m -Xmx1g -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=40 \
        -XX:-ShrinkHeapInSteps -XX:TrimNativeHeapInterval=5000 -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError \
        -Dvertx.disableDnsResolver=true ;;
    demo) printf '%s\n' -Xmx512m ;;
    *) printf '%s\n' -Xmx128m -XX:TieredStopAtLevel=1 ;;
  esac
}

# aot_cache JAVA_HOME: where the daemon's classes are kept, loaded and linked, for this build of Java
aot_cache() {
  printf '%s/daemon/target/aot/%s.aot' "$root" "$(cksum <"$1/release" | cut -d' ' -f1)"
}

# aot_flags COMMAND JAVA_HOME: those that use the cache, when there is one for the command that is newer than the jars. A
# cache that does not fit after all costs nothing but the time it could have saved, so the JVM need not complain.
aot_flags() {
  local cache
  [ "${1:-}" = run ] && [ -d "$root/daemon/target/aot" ] || return 0
  cache=$(aot_cache "$2")
  [ -s "$cache" ] && [ -z "$(find "$(module_jar daemon)" "$root/daemon/target/lib" -newer "$cache" -print -quit)" ] || return 0
  printf '%s\n' "-XX:AOTCache=$cache" -Xlog:aot=off
}
