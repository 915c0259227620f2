# Functions for scripts that run inside the lab. A host is a network namespace; left and right are joined by the
# bridge of a third one, wire, where what really crosses is captured, delayed or lost.
#   left  10.0.0.1 fd00::1, behind it 10.1.0.1 fd00:1::1          right  10.0.0.2 fd00::2, behind it 10.2.0.1 fd00:2::1
# Peers are known by their host: `start_charon left FILE`, then `vici left --initiate --child net`.
# What a script finds out it leaves in /out; leave_evidence adds logs and kernel state when it ends.

say() { printf '[%s] %s\n' "$(awk '{print $1}' /proc/uptime)" "$*"; }
on() { ip netns exec "$@"; }

# Of several, ping waits for the last answer no longer than twice what the others took, or for an interval: less than a busy machine
# may need. Here a few are sent one by one, and -W is how long each is waited for.
mkdir -p /run/patient
cat >/run/patient/ping <<'SH'
#!/bin/sh
case " $* " in *" -c "[2-9]" "*) ;; *) exec /usr/bin/ping "$@" ;; esac
left=$# sent=0 got=0
while [ $left -gt 0 ]; do
  word=$1; shift; left=$((left - 1))
  case $word in
    -c) count=$1; shift; left=$((left - 1)) ;;
    -i) shift; left=$((left - 1)) ;;
    *) set -- "$@" "$word" ;;
  esac
done
while [ $sent -lt $count ]; do
  sent=$((sent + 1))
  if answer=$(/usr/bin/ping -c 1 "$@"); then got=$((got + 1)); echo "$answer" | grep 'bytes from'; fi
done
echo "$sent packets transmitted, $got received, $((100 - 100 * got / sent))% packet loss"
[ $got -gt 0 ]
SH
chmod +x /run/patient/ping
export PATH=/run/patient:$PATH

# wait_until SECONDS COMMAND...: 0 as soon as the command succeeds
wait_until() {
  local end=$(($(date +%s%N) + $1 * 1000000000)); shift
  until "$@" >/dev/null 2>&1; do
    [ "$(date +%s%N)" -lt $end ] || { say "gave up waiting for: $*"; return 1; }
    sleep 0.1
  done
}

# --- hosts -------------------------------------------------------------------------------------------------------

declare -A card   # a host's device when it is not eth0

host() { # NAME N: one host on the wire. Neighbours are fixed, so nothing but IP crosses.
  local eth0=${card[$1]:-eth0}
  [ -e "/run/netns/$1" ] || ip netns add "$1"   # or a namespace that has the name already
  asks_for_no_router "$1"
  if [ $eth0 = eth0 ]; then
    ip link add eth0 netns "$1" address "02:00:00:00:00:0$2" type veth peer name "to-$1" netns wire
  else
    plug_lanenic "$1" "$2" $eth0
  fi
  ip -n wire link set "to-$1" master bridge up
  ip -n "$1" link add lan type dummy
  ip -n "$1" addr add "10.$2.0.1/24" dev lan
  ip -n "$1" addr add "fd00:$2::1/64" dev lan nodad
  ip -n "$1" addr add "10.0.0.$2/24" dev $eth0
  ip -n "$1" addr add "fd00::$2/64" dev $eth0 nodad
  for device in lo lan $eth0; do ip -n "$1" link set "$device" up; done
  on "$1" sysctl -qw net.ipv4.ping_group_range='0 2147483647'
}

# There is none, and hosts that go on asking now and then would be counted where packets are.
asks_for_no_router() { on "$1" sysctl -qw net.ipv6.conf.default.router_solicitations=0; }

neighbour() { # NAME N OF: how NAME reaches host N
  ip -n "$1" neigh replace "10.0.0.$2" lladdr "02:00:00:00:00:0$2" dev "${card[$1]:-eth0}" nud permanent
  ip -n "$1" neigh replace "fd00::$2" lladdr "02:00:00:00:00:0$2" dev "${card[$1]:-eth0}" nud permanent
  [ -z "${card[$1]:-}" ] || inner_neighbour "$1" "$2"
  ip -n "$1" route add "10.$2.0.0/24" via "10.0.0.$2" src "10.$3.0.1"
  ip -n "$1" route add "fd00:$2::/64" via "fd00::$2" src "fd00:$3::1"
}

make_hosts() {
  ip netns add wire
  asks_for_no_router wire
  ip -n wire link add bridge type bridge mcast_snooping 0
  ip -n wire link set bridge up
  host left 1
  host right 2
  neighbour left 2 1
  neighbour right 1 2
  trap leave_evidence EXIT
  capture wire
}

# --- hosts with a card that does IPsec (lanenic/README.md) --------------------------------------------------------

# load_lanenic [PARAMETER=VALUE...]
load_lanenic() { insmod /out/.lab/lanenic.ko "$@"; }

# make_lanenic_hosts [left] [right]: make_hosts, but these hosts, or both, have a card: left's is nic1, right's nic2. At the
# other end, to-NAME, what crosses the wire is seen and impaired as ever.
make_lanenic_hosts() {
  load_lanenic
  [[ ${*:-left} == *left* ]] && card[left]=nic1
  [[ ${*:-right} == *right* ]] && card[right]=nic2
  make_hosts
}
# In tunnel mode with packet offload Linux wants the link layer address of the inner destination, for what it sends itself.
inner_neighbour() { # NAME N
  ip -n "$1" neigh replace "10.$2.0.1" lladdr "02:00:00:00:00:0$2" dev "${card[$1]}" nud permanent
  ip -n "$1" neigh replace "fd00:$2::1" lladdr "02:00:00:00:00:0$2" dev "${card[$1]}" nud permanent
}
plug_lanenic() { # NAME N DEVICE
  ip -n wire link add "to-$1" type lanenic
  ip -n wire link set "to-$1p" netns "$1" name "$3" address "02:00:00:00:00:0$2"
  on wire ethtool -K "to-$1" gro off   # as veth: what is forwarded stays as it came
}
in_card() { cat "/sys/kernel/debug/lanenic/to-$1p/$2"; }                 # HOST WHAT: queues, sas, policies, ...
sas_in_card() { in_card "$1" sas | grep -vE '(src|dst)=(198\.1[89]\.|100::)' || true; } # HOST: without those that keylane tries it with
set_card() { echo "$3" >"/sys/kernel/debug/lanenic/to-$1p/$2"; }         # HOST KNOB VALUE

# impair NETEM...: what the wire does to packets in both directions, "loss 100%" or "delay 200ms"; nothing = good again
impair() {
  local port
  for port in to-left to-right; do
    tc -n wire qdisc del dev $port root 2>/dev/null || true
    [ $# = 0 ] || tc -n wire qdisc add dev $port root netem "$@"
  done
}

# --- peers -------------------------------------------------------------------------------------------------------

declare -A pid kind

# start_charon HOST [SWANCTL_CONF] : settings of charon in $charon_settings
start_charon() {
  local conf=/run/$1.strongswan.conf
  cat >"$conf" <<CONF
charon-systemd {
  load_modular = yes
  retransmit_tries = 3
  retransmit_timeout = 1.0
  plugins {
    include /etc/strongswan.d/charon/*.conf
    vici { socket = unix:///run/$1.vici }
  }
  filelog { log { path = /out/$1.log
    time_format = %H:%M:%S
    default = 1
    ike = 2
    knl = 2
    flush_line = yes } }
  ${charon_settings:-}
}
CONF
  STRONGSWAN_CONF=$conf ip netns exec "$1" charon-systemd >"/out/$1.out" 2>&1 &
  pid[$1]=$! kind[$1]=charon
  wait_until 20 vici "$1" --stats || return 1
  [ $# = 1 ] || load "$1" "$2" >>"/out/$1.out" 2>&1
}

# A short run hardly gains from compiled code, and a compiler's threads take their turns from all others here: without
# these flags the start takes twice the CPU time. A scenario that measures keylane sets jvm_options to nothing.
jvm_options='-XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=100'

# start_keylane HOST [CONF]: `run --config CONF` with its control socket where vici finds it. With STAND_IN=charon
# strongSwan takes its place, which shows whether a scenario asks for something reasonable. $keylane_under is a command that
# runs it, `setpriv ...` for instance.
start_keylane() {
  if [ "${STAND_IN:-}" = charon ]; then start_charon "$@"; return; fi
  KEYLANE_JAVA_OPTS=$jvm_options ip netns exec "$1" ${keylane_under:-} /host/keylane run ${2:+--config "$2"} --kernel xfrm --control "/run/$1.vici" ${keylane_options:-} >>"/out/$1.log" 2>&1 &
  pid[$1]=$! kind[$1]=keylane
  wait_until 90 answers_or_died "$1" || return 1
  kill -0 "${pid[$1]}" 2>/dev/null || { say "$1: keylane has ended:"; tail -n 20 "/out/$1.log"; return 1; }
}
answers_or_died() { ! kill -0 "${pid[$1]}" 2>/dev/null || vici "$1" --stats; }

# start_pluto HOST CONF SECRETS
start_pluto() {
  local dir=/run/$1.pluto
  mkdir -p "$dir/nss"
  ipsec initnss --nssdir "$dir/nss" >/dev/null
  ip netns exec "$1" /usr/libexec/ipsec/pluto --config "$2" --secretsfile "$3" --nssdir "$dir/nss" --rundir "$dir" \
    --logfile "/out/$1.log" --nofork >"/out/$1.out" 2>&1 &
  pid[$1]=$! kind[$1]=pluto
  wait_until 20 whack "$1" --status
  whack "$1" --listen >>"/out/$1.out" 2>&1
}

stop() { # HOST [SIGNAL]: ends its daemon and waits for it
  kill "-${2:-TERM}" "${pid[$1]}" 2>/dev/null || true
  wait "${pid[$1]}" 2>/dev/null || true
}

vici() { local host=$1; shift; timeout 60 swanctl "$@" --uri "unix:///run/$host.vici"; }
whack() { local host=$1; shift; timeout 60 ip netns exec "$host" /usr/libexec/ipsec/whack --ctlsocket "/run/$host.pluto/pluto.ctl" "$@"; }

# load HOST FILE: what is not in the file is unloaded
load() {
  if [ "${kind[$1]}" = pluto ]; then
    on "$1" /usr/libexec/ipsec/addconn --config "$2" --ctlsocket "/run/$1.pluto/pluto.ctl" --autoall
  else
    vici "$1" --load-all --file "$2"
  fi
}

# initiate HOST CHILD: 0 when the child SA is up
initiate() {
  case ${kind[$1]} in
    pluto) whack "$1" --name "$2" --initiate ;;
    *) vici "$1" --initiate --child "$2" --timeout "${initiate_timeout:-15}" ;;
  esac
}

terminate() { # HOST IKE_NAME: the IKE SA and all its children
  case ${kind[$1]} in
    pluto) whack "$1" --name "$2" --delete ;;
    *) vici "$1" --terminate --ike "$2" --timeout 5 ;;
  esac
}

# --- traffic and counters ----------------------------------------------------------------------------------------

# capture NAME [FILTER...]: from now on what crosses the wire goes to /out/NAME.pcap
declare -A capturing
capture() {
  ip netns exec wire tcpdump -Z root -i to-left -U --immediate-mode -w "/out/$1.pcap" "${@:2}" 2>"/run/$1.tcpdump" &
  capturing[$1]=$!
  wait_until 10 grep -q 'listening on' "/run/$1.tcpdump"
}
end_capture() { sleep 0.2; kill "${capturing[$1]}" 2>/dev/null || true; wait "${capturing[$1]}" 2>/dev/null || true; }
captured() { tcpdump -nr "/out/$1.pcap" "${@:2}" 2>/dev/null | wc -l; } # NAME FILTER...: how many packets match

# send_from HOST CPU COUNT ADDRESS PORT: each datagram by a socket of its own, so each looks its SA up anew
send_from() {
  on "$1" taskset -c "$2" bash -c 'for ((i = 0; i < $0; i++)); do echo "$i" >"/dev/udp/$1/$2"; done' "$3" "$4" "$5" 2>/dev/null
}
sink() { ip netns exec "$1" socat -u "UDP6-RECV:$2,ipv6-v6only=0" /dev/null & } # HOST PORT: takes datagrams and answers nothing

# states HOST: an SA a line, as key=value pairs
states() {
  on "$1" ip -s xfrm state | awk '
    function flush() { if (line != "") print line " pcpu=" pcpu " dir=" dir " esn=" esn " packets=" packets " bytes=" bytes " algorithm=" algorithm " bits=" bits; }
    function after(word,  i) { for (i = 1; i < NF; i++) if ($i == word) return $(i + 1); return "" }
    /^src / { flush(); line = "src=" $2 " dst=" $4; pcpu = "-"; dir = "-"; esn = "no"; algorithm = "-"; bits = 0; packets = 0; bytes = 0 }
    $1 == "proto" { line = line " proto=" $2 " spi=" after("spi") " reqid=" after("reqid") " mode=" after("mode"); gsub(/\([^)]*\)/, "", line) }
    /pcpu-num/ { pcpu = after("pcpu-num") }
    $1 == "dir" { dir = $2 }
    /flag / && /esn/ { esn = "yes" }
    $1 == "aead" || $1 == "enc" { algorithm = $2; bits = after("(" ); match($0, /\(([0-9]+) bits\)/); bits = substr($0, RSTART + 1, RLENGTH - 7) }
    /lifetime current:/ { current = 1; next }
    current { current = 0; bytes = $1; packets = $2; sub(/\(.*/, "", bytes); sub(/\(.*/, "", packets) }
    END { flush() }'
}
policies() { on "$1" ip xfrm policy list nosock | grep -c '^src' || true; } # HOST: how many, without those of sockets
count_states() { states "$1" | grep -c "${2:-src=}" || true; }  # HOST [PATTERN]

# carried_to HOST ADDRESS: how many packets HOST's SAs to ADDRESS have carried
carried_to() {
  states "$1" | awk -v to="dst=$2" '$2 == to && match($0, / packets=[0-9]+/) { sum += substr($0, RSTART + 9, RLENGTH - 9) } END { print sum + 0 }'
}
has_carried() { [ "$(carried_to "$1" "$2")" -ge "$3" ]; } # HOST ADDRESS COUNT

# snapshot NAME: both hosts' SAs to /out/NAME.left and /out/NAME.right
snapshot() { local host; for host in left right; do states $host >"/out/$1.$host"; done; }

keyed_spis() { states "$1" | grep -v 'algorithm=- ' | grep -oE ' spi=0x[0-9a-f]+' | sort; }
same_sas() { [ -n "$(keyed_spis left)" ] && [ "$(keyed_spis left)" = "$(keyed_spis right)" ]; }

# settled: both hosts have the same SAs, and half a second later still those
settled() {
  local before; before=$(keyed_spis left)
  same_sas && sleep 0.5 && same_sas && [ "$(keyed_spis left)" = "$before" ]
}

# senders_stay: what either host sends on is the same for three quarters of a second. An SA that it only receives on may stay
# for seconds yet.
sending_on() { local host; for host in left right; do states $host | grep "^src=10.0.0.$([ $host = left ] && echo 1 || echo 2) " | grep -v 'algorithm=- ' | grep -oE ' spi=0x[0-9a-f]+' | sort; done; }
senders_stay() { local before; before=$(sending_on); sleep 0.75; [ -n "$before" ] && [ "$(sending_on)" = "$before" ]; }

# pairs_stand NAME COUNT: takes the snapshot; 0 when it shows COUNT pairs with keys, the same at both hosts
pairs_stand() {
  local keyed=(grep -v 'algorithm=- ')
  snapshot "$1"
  [ "$("${keyed[@]}" "/out/$1.left" | wc -l)" = $((2 * $2)) ] &&
    cmp -s <("${keyed[@]}" "/out/$1.left" | grep -oE ' spi=0x[0-9a-f]+' | sort) \
      <("${keyed[@]}" "/out/$1.right" | grep -oE ' spi=0x[0-9a-f]+' | sort)
}

# one_pair_stands NAME: takes the snapshot; 0 when it shows no more than one pair at left and one SA that right sends on, all with
# keys. strongSwan keeps an SA that it receives on for seconds after its replacement.
one_pair_stands() {
  snapshot "$1"
  [ "$(grep -c src= "/out/$1.left")" = 2 ] && ! grep -q 'algorithm=- ' "/out/$1.left" &&
    [ "$(grep '^src=10.0.0.2 ' "/out/$1.right" | grep -vc 'algorithm=- ')" = 1 ]
}

pings="icmp or (icmp6 and (ip6[40] == 128 or ip6[40] == 129))"
no_states() { [ "$(count_states left)$(count_states right)" = 00 ]; }

# try_tunnel NAME INITIATOR TARGET: the whole life of a tunnel. Loads NAME.left.conf and NAME.right.conf, initiates the
# child NAME, pings TARGET from left, terminates. Leaves NAME.initiated and NAME.pinged (exit statuses), NAME.esp and
# NAME.clear (packets on the wire), NAME.left and NAME.right (SAs after the ping), NAME.remaining (SAs at the end).
try_tunnel() {
  local status host
  say "$1"
  for host in left right; do load $host "/out/$1.$host.conf" >"/out/$1.load-$host" 2>&1 || true; done
  capture "$1"
  status=0; initiate "$2" "$1" >"/out/$1.initiate" 2>&1 || status=$?
  echo $status >"/out/$1.initiated"
  status=0; on left ping -c 3 -i 0.05 -W 1 "$3" >"/out/$1.ping" 2>&1 || status=$?
  echo $status >"/out/$1.pinged"
  end_capture "$1"
  captured "$1" esp >"/out/$1.esp"
  captured "$1" "$pings" >"/out/$1.clear"
  snapshot "$1"
  terminate "$2" "$1" >"/out/$1.terminate" 2>&1 || true
  [ "${kind[right]}" != pluto ] || terminate right "$1" >>"/out/$1.terminate" 2>&1 || true
  wait_until 20 no_states || true
  { states left; states right; } | wc -l >"/out/$1.remaining"
}

# try_refusal NAME INITIATOR: loads NAME.left.conf and NAME.right.conf and initiates the child NAME, which is to fail.
# Leaves NAME.initiated, NAME.left.log and NAME.right.log (what was logged meanwhile), NAME.remaining (SAs afterwards, the
# larval ones included) and NAME.policies.
try_refusal() {
  local status=0 host
  declare -A from
  say "$1"
  for host in left right; do
    from[$host]=$(($(stat -c %s /out/$host.log) + 1))
    load $host "/out/$1.$host.conf" >"/out/$1.load-$host" 2>&1 || true
  done
  capture "$1"
  initiate "$2" "$1" >"/out/$1.initiate" 2>&1 || status=$?
  echo $status >"/out/$1.initiated"
  terminate "$2" "$1" >"/out/$1.terminate" 2>&1 || true
  wait_until 20 no_states || true
  end_capture "$1"
  for host in left right; do tail -c "+${from[$host]}" /out/$host.log >"/out/$1.$host.log"; done
  { states left; states right; } | wc -l >"/out/$1.remaining"
  echo $(($(policies left) + $(policies right))) >"/out/$1.policies"
}

leave_evidence() {
  local host
  for host in left right; do
    { echo "# ip -s xfrm state"; on $host ip -s xfrm state; echo "# ip xfrm policy"; on $host ip xfrm policy
      echo "# /proc/net/xfrm_stat"; on $host cat /proc/net/xfrm_stat; } >"/out/$host.xfrm" 2>&1
    [ -S /run/$host.vici ] && timeout 5 swanctl --list-sas --uri unix:///run/$host.vici >"/out/$host.sas" 2>&1
  done
  dmesg | tail -50 >/out/dmesg
}

# behind_left NAME ADDRESS: a host of its own behind left, which forwards for it; left's device is to-NAME
behind_left() {
  [ -e "/run/netns/$1" ] || ip netns add "$1"   # or a namespace that has the name already
  ip link add eth0 netns "$1" type veth peer name "to-$1" netns left
  ip -n left link set "to-$1" up
  ip -n left route add "$2" dev "to-$1"
  ip -n "$1" addr add "$2/32" dev eth0
  ip -n "$1" link set eth0 up
  ip -n "$1" route add 10.1.0.1 dev eth0
  ip -n "$1" route add default via 10.1.0.1
  on left sysctl -qw net.ipv4.ip_forward=1
  on "$1" ping -q -c 1 10.1.0.1 >/dev/null   # now they know each other's link layer address
}

# --- NAT ---------------------------------------------------------------------------------------------------------

# put_left_behind_nat: left becomes 10.9.0.1 and fd00:9::1, and what it sends to right comes from 10.0.0.9 and fd00::9,
# the addresses of the router `nat` on the same wire. to-left shows what crosses inside, to-right what crosses outside.
put_left_behind_nat() {
  local port
  ip netns add nat
  for port in in out; do
    ip link add $port netns nat type veth peer name "to-nat-$port" netns wire
    ip -n wire link set "to-nat-$port" master bridge up
  done
  ip -n nat link set in address 02:00:00:00:00:08
  ip -n nat link set out address 02:00:00:00:00:09
  ip -n nat addr add 10.9.0.254/24 dev in
  ip -n nat addr add fd00:9::254/64 dev in nodad
  ip -n nat addr add 10.0.0.9/24 dev out
  ip -n nat addr add fd00::9/64 dev out nodad
  for port in lo in out; do ip -n nat link set $port up; done
  on nat sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
  ip -n left -4 addr flush dev eth0
  ip -n left -6 addr flush dev eth0
  ip -n left addr add 10.9.0.1/24 dev eth0
  ip -n left addr add fd00:9::1/64 dev eth0 nodad
  ip -n left neigh replace 10.9.0.254 lladdr 02:00:00:00:00:08 dev eth0 nud permanent
  ip -n left neigh replace fd00:9::254 lladdr 02:00:00:00:00:08 dev eth0 nud permanent
  ip -n nat neigh replace 10.9.0.1 lladdr 02:00:00:00:00:01 dev in nud permanent
  ip -n nat neigh replace fd00:9::1 lladdr 02:00:00:00:00:01 dev in nud permanent
  ip -n nat neigh replace 10.0.0.2 lladdr 02:00:00:00:00:02 dev out nud permanent
  ip -n nat neigh replace fd00::2 lladdr 02:00:00:00:00:02 dev out nud permanent
  ip -n right neigh replace 10.0.0.9 lladdr 02:00:00:00:00:09 dev eth0 nud permanent
  ip -n right neigh replace fd00::9 lladdr 02:00:00:00:00:09 dev eth0 nud permanent
  ip -n left route replace 10.0.0.0/24 via 10.9.0.254
  ip -n left route replace fd00::/64 via fd00:9::254
  ip -n left route replace 10.2.0.0/24 via 10.9.0.254 src 10.1.0.1
  ip -n left route replace fd00:2::/64 via fd00:9::254 src fd00:1::1
  ip -n right route replace 10.1.0.0/24 via 10.0.0.9 src 10.2.0.1
  ip -n right route replace fd00:1::/64 via fd00::9 src fd00:2::1
  masquerade 40000
}

# masquerade PORT: from now on left's port 4500 is PORT outside; other ports stay as they are. Old mappings are forgotten.
masquerade() {
  on nat nft -f - <<NFT
table inet nat
delete table inet nat
table inet nat {
  chain out {
    type nat hook postrouting priority srcnat
    oifname out udp sport 4500 masquerade to :$1
    oifname out masquerade
  }
}
NFT
  on nat conntrack -F 2>/dev/null
}

# encapsulated HOST: its SAs in UDP, a line each: source and destination, SPI, CPU, ports
encapsulated() {
  on "$1" ip xfrm state | awk '
    function flush() { if (sport != "") print line " pcpu=" pcpu " dir=" dir " sport=" sport " dport=" dport }
    function after(word,  i) { for (i = 1; i < NF; i++) if ($i == word) return $(i + 1); return "" }
    /^src / { flush(); line = "src=" $2 " dst=" $4; pcpu = "-"; dir = "-"; sport = "" }
    $1 == "proto" { line = line " spi=" after("spi") }
    /pcpu-num/ { pcpu = after("pcpu-num") }
    $1 == "dir" { dir = $2 }
    $1 == "encap" { sport = after("sport"); dport = after("dport") }
    END { flush() }'
}

# source_ports NAME ADDRESS: SPIs and UDP source ports of the ESP that ADDRESS has sent, from a capture, each pair once
source_ports() {
  tcpdump -nr "/out/$1.pcap" "src host $2 and udp dst port 4500" 2>/dev/null |
    sed -nE 's/.* IP6? [0-9a-f.:]+\.([0-9]+) > .*ESP\(spi=(0x[0-9a-f]+).*/\2 \1/p' | sort -u
}

# --- per-CPU SAs -------------------------------------------------------------------------------------------------

# cpu_pairs HOST ADDRESS: how many CPUs have an SA of their own for what HOST sends from ADDRESS
cpu_pairs() { states "$1" | grep "^src=$2 " | grep -v 'algorithm=- ' | grep -oE ' pcpu=[0-9]+' | sort -u | wc -l; }

# knock HOST CPUS ADDRESS: one datagram from each CPU, which raises that CPU's acquire when it has no SA
knock() { local cpu; for ((cpu = 0; cpu < $2; cpu++)); do send_from "$1" $cpu 1 "$3" 9999 || true; done; }

all_cpus_have_sas() { # HOST CPUS ITS_ADDRESS PEER_ADDRESS: knocks until every CPU of HOST has its SA
  knock "$1" "$2" "$4"
  sleep 0.2
  [ "$(cpu_pairs "$1" "$3")" -ge "$2" ]
}

# send_by_cpu NAME HOST CPUS ADDRESS: ten datagrams from each CPU in turn, a snapshot before and after each turn:
# NAME.0 before the first, NAME.N after CPU N-1's
send_by_cpu() {
  local cpu before there=right
  [ "$2" = left ] || there=left
  sleep 1   # what still waits for an SA or an answer shall not be counted below
  snapshot "$1.0"
  for ((cpu = 0; cpu < $3; cpu++)); do
    before=$(carried_to $there "$4")
    send_from "$2" $cpu 10 "$4" 9999
    wait_until 5 has_carried $there "$4" $((before + 10)) || true
    snapshot "$1.$((cpu + 1))"
  done
}

# --- rekeying under load -----------------------------------------------------------------------------------------

# grow_sad HOST: makes its table of SAs large, once and for all, as keylane does for itself. While it grows, Linux turns its order around, and then a
# fallback SA that is younger than a CPU's SA takes that CPU's packets, of which all but the first are dropped.
grow_sad() {
  local i
  awk 'BEGIN { for (i = 1; i <= 512; i++) printf("xfrm state add src 10.0.0.1 dst 10.0.0.2 proto esp spi %d reqid 9999" \
    " mode tunnel aead rfc4106(gcm(aes)) 0x%040d 128\n", i, 0) }' >"/run/$1.sad"
  for ((i = 1; i <= 512; i += 16)); do
    sed -n "$i,$((i + 15))p" "/run/$1.sad" | ip -n "$1" -batch -
    sleep 0.02   # it grows in the background, once at a time, and on a busy machine it is behind
    [ $i -lt 113 ] || ! has_large_sad "$1" || break
  done
  ip -n "$1" xfrm state deleteall reqid 9999
}
has_large_sad() { [ "$(ip -n "$1" -s xfrm state count | sed -nE 's/.*buckets count ([0-9]+).*/\1/p')" -ge 256 ]; }

# both_have_sas CPUS HOST TARGET: HOST knocks at TARGET; 0 when either host has an SA for each CPU
both_have_sas() {
  knock "$2" "$1" "$3"
  sleep 0.2
  [ "$(cpu_pairs left 10.0.0.1)" -ge "$1" ] && [ "$(cpu_pairs right 10.0.0.2)" -ge "$1" ]
}

# start_load CPUS [PORT [RATE]]: from each CPU, both ways, 1000 packets a second, or RATE, of 100 octets between the nets behind
# the hosts, by sockets that look their SA up anew only when the kernel makes them; CPU n's have port 7000 + n, or PORT + n.
# end_load leaves load.HOST.CPU, what each counted.
declare -a loading
start_load() {
  local cpu port=${2:-7000} rate=${3:-1000}
  sysctl -qw net.core.netdev_max_backlog=50000
  for ((cpu = 0; cpu < $1; cpu++)); do
    load_from left 10.1.0.1 10.2.0.1 $cpu $port $rate
    load_from right 10.2.0.1 10.1.0.1 $cpu $port $rate
  done
  wait_until 20 all_are_ready
  kill -USR1 "${loading[@]}"
}
load_from() { # HOST ITS_ADDRESS PEER_ADDRESS CPU PORT RATE
  ip netns exec "$1" taskset -c "$4" python3 /host/interop/lab/load.py "$2" "$3" $(($5 + $4)) "$6" >"/out/load.$1.$4" &
  loading+=($!)
}
all_are_ready() { [ "$(cat /out/load.* | grep -c ready)" = ${#loading[@]} ]; }
end_load() { kill -TERM "${loading[@]}"; wait "${loading[@]}"; }

# errors NAME: both hosts' error counters to errors-NAME.HOST, those of XFRM and of sockets that had no room
errors() {
  local host
  for host in left right; do
    { on $host cat /proc/net/xfrm_stat
      on $host awk '/^Udp: [0-9]/ { print "UdpNoPorts", $3; print "UdpInErrors", $4 }' /proc/net/snmp; } >"/out/errors-$1.$host"
  done
}

outbound_spis() { { states left | grep '^src=10.0.0.1 '; states right | grep '^src=10.0.0.2 '; } | grep -oE ' spi=0x[0-9a-f]+' | sort; }
all_are_new() { ! outbound_spis | grep -qxFf "$1"; } # FILE: none of its SPIs sends any more
ike_rekeyings() { grep -cE 'IKE_SA net\[[0-9]+\] rekeyed between' /out/left.log || true; }
more_ike_rekeyings() { [ "$(ike_rekeyings)" -gt "$1" ]; } # THAN

# rekey HOST child|ike: has all Child SAs or the IKE SA of `net` replaced by HOST and waits until they are
rekey() {
  local before; before=$(ike_rekeyings)
  outbound_spis >/run/old-spis
  say "$1 rekeys $2"
  case ${kind[$1]} in
    pluto) whack "$1" --name net --rekey-$2 ;;
    *) vici "$1" --rekey --$2 net ;;
  esac
  case $2 in
    child) wait_until 30 all_are_new /run/old-spis ;;
    ike) wait_until 30 more_ike_rekeyings "$before" ;;
  esac
}

# --- bad weather -------------------------------------------------------------------------------------------------

ike_sas() { # HOST: how many its daemon has
  case ${kind[$1]} in
    pluto) whack "$1" --showstates | grep -cE 'ESTABLISHED_IKE_SA|IKE_(SA_INIT|AUTH)_[IR]' || true ;;
    *) vici "$1" --list-sas | grep -cE '^net: #' || true ;;
  esac
}
same_ike_sas() { [ "$(ike_sas left)" = "$(ike_sas right)" ] && [ "$(ike_sas left)" -ge 1 ]; }

# set_up_in NAME INITIATOR TARGET WEATHER...: INITIATOR sets `net` up while the wire is as bad as WEATHER, a few times if need
# be; then the weather clears. Leaves NAME.tries, NAME.ping, NAME.left and NAME.right, NAME.ike (IKE SAs at left and right),
# and NAME.remaining after `net` was terminated.
set_up_in() {
  local tries=1 name=$1 initiator=$2
  say "$1"
  impair "${@:4}"
  until initiate "$initiator" net >>"$name.initiate" 2>&1 || [ $tries = 5 ]; do tries=$((tries + 1)); done
  tc -n wire -s qdisc show | grep -A2 netem >"$name.weather"
  impair
  echo $tries >"$name.tries"
  wait_until 40 same_sas || true
  wait_until 20 same_ike_sas || true
  on left ping -c 5 -i 0.1 -W 2 "$3" >"$name.ping" 2>&1 || true
  snapshot "$name"
  echo "$(ike_sas left) $(ike_sas right)" >"$name.ike"
  case ${kind[$initiator]} in
    pluto) whack "$initiator" --name net --terminate >"$name.terminate" 2>&1 || true ;; # else it begins anew
    *) terminate left net >"$name.terminate" 2>&1 || true ;;
  esac
  wait_until 10 no_states || true
  { states left; states right; } | wc -l >"$name.remaining"
}

# --- packets lost, by phase --------------------------------------------------------------------------------------

# start_flows CPUS RATE: from each CPU, both ways, RATE packets a second between the nets behind the hosts, half of them by
# connected sockets. What comes in clear does not count, nor what was sent before the first SA stood at both hosts. `phase
# NAME` begins a phase; end_flows leaves what each lost in the file `lost` (see flows.py), and what came in clear in `clear`.
declare -a flowing watching
start_flows() {
  local cpu host
  sysctl -qw net.core.netdev_max_backlog=50000
  for host in left right; do
    on $host nft 'table inet flows {
      chain in { type filter hook input priority 0; udp dport 7000-7199 meta ipsec missing counter drop; }; }'
    { { on $host ip xfrm state; on $host ip xfrm policy; } | sed 's/^src/[1970-01-01T00:00:00] src/'
      exec ip netns exec $host ip -ts xfrm monitor SA policy; } >/run/first.$host 2>/dev/null &
    watching+=($!)
  done
  : >/out/phases
  for ((cpu = 0; cpu < $1; cpu++)); do
    flow_from left 10.1.0.1 10.2.0.1 $cpu $2
    flow_from right 10.2.0.1 10.1.0.1 $cpu $2
  done
  wait_until 20 flows_are_ready
  phase cover
  kill -USR1 "${flowing[@]}"
}
flow_from() { # HOST ITS_ADDRESS PEER_ADDRESS CPU RATE
  ip netns exec "$1" taskset -c "$4" python3 /host/interop/lab/flows.py send "$2" "$3" "$4" "$5" "/run/flow.$1.$4" \
    >"/run/ready.$1.$4" 2>>/out/flows.err &
  flowing+=($!)
}
flows_are_ready() { [ "$(cat /run/ready.* | grep -c ready)" = ${#flowing[@]} ]; }
phase() {
  say "phase $1"
  awk -v name="$1" '{ print name, $1 }' /proc/uptime >>/out/phases
  [ "$1" = cover ] || unwatch
}
# The first SA has been seen, and events are many when a daemon starts anew.
unwatch() { [ ${#watching[@]} = 0 ] || { kill "${watching[@]}" 2>/dev/null || true; wait "${watching[@]}" 2>/dev/null || true; watching=(); }; }
end_flows() {
  local host
  unwatch
  kill -TERM "${flowing[@]}"; wait "${flowing[@]}"
  for host in left right; do on $host nft list chain inet flows in | sed -nE "s/.*packets ([0-9]+) .*/$host \\1/p"; done >/out/clear
  python3 /host/interop/lab/flows.py count /out/phases /run/first /run/flow.left.* - /run/flow.right.* >/out/lost
}
covered() { # CPUS: either host has an SA for each of its CPUs
  [ "$(cpu_pairs left 10.0.0.1)" -ge "$1" ] && [ "$(cpu_pairs right 10.0.0.2)" -ge "$1" ]
}
fallback_stands() { # at both hosts, to send on
  states left | grep '^src=10.0.0.1 ' | grep -qv 'algorithm=- ' && states right | grep '^src=10.0.0.2 ' | grep -qv 'algorithm=- '
}
# make_busy HOST: its daemon gets a fourteenth of its time, until make_idle; the kernel goes on
make_busy() {
  while :; do kill -STOP "${pid[$1]}"; sleep 0.5; kill -CONT "${pid[$1]}"; sleep 0.04; done &
  busy=$!
}
make_idle() { kill $busy; wait $busy 2>/dev/null || true; kill -CONT "${pid[$1]}"; }
delete_cpus_sa() { # HOST: it deletes the SA of one of its CPUs
  local id; id=$(vici "$1" --list-sas | sed -nE 's/^ *net: #([0-9]+),.* cpu 1, INSTALLED.*/\1/p' | tail -1)
  [ -n "$id" ] && vici "$1" --terminate --child-id "$id"
}

# --- which CPU receives ------------------------------------------------------------------------------------------

# all_arrive_at_cpu_0 PORT-OF-THE-WIRE...: what a host sends is carried on by CPU 0 from there, as if by one busy queue
all_arrive_at_cpu_0() { local port; for port in "$@"; do on wire bash -c "echo 1 >/sys/class/net/$port/queues/rx-0/rps_cpus"; done; }

# watch_cpus HOST: nftables counts by SPI which CPU takes ESP in, right before it decrypts it; `seen NAME HOST` writes that
# to NAME.HOST, and counts anew
watch_cpus() {
  on "$1" nft -f - <<'NFT'
table inet watch {
  set by_spi { typeof esp spi . meta cpu; flags dynamic; size 4096; counter; }
  chain in {
    type filter hook input priority -10
    ip protocol esp update @by_spi { esp spi . meta cpu }
  }
}
NFT
}
seen() {
  on "$2" nft list set inet watch by_spi | { grep -oE '[0-9]+ \. [0-9]+ counter packets [0-9]+' || true; } |
    awk '{ printf "spi=0x%08x cpu=%s packets=%s\n", $1, $3, $6 }' >"$1.$2"
  on "$2" nft flush set inet watch by_spi
}

# watch_ports HOST PORT: nftables counts by source port and CPU what comes to PORT by an SA, decrypted
watch_ports() {
  on "$1" nft -f - <<NFT
table inet ports {
  set heard { typeof udp sport . meta cpu; flags dynamic; size 4096; counter; }
  chain in {
    type filter hook input priority 0
    meta ipsec exists udp dport $2 update @heard { udp sport . meta cpu }
  }
}
NFT
}
# heard_from HOST SOURCE_PORT COUNT: `watch_ports` has counted that many
heard_from() {
  [ "$(on "$1" nft list set inet ports heard | { grep -oE "\b$2 \. [0-9]+ counter packets [0-9]+" || true; } |
    awk '{ sum += $6 } END { print sum + 0 }')" -ge "$3" ]
}
# arrivals NAME HOST: what its card and `watch_ports` have counted so far, to NAME.queues, NAME.sas and NAME.cpus
arrivals() {
  in_card "$2" queues >"$1.queues"
  in_card "$2" sas >"$1.sas"
  on "$2" nft list set inet ports heard | { grep -oE '[0-9]+ \. [0-9]+ counter packets [0-9]+' || true; } |
    awk '{ print "port=" $1, "cpu=" $3, "packets=" $6 }' >"$1.cpus"
}
