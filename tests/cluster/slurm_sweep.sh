#!/usr/bin/env bash
# A sweep on a Slurm cluster of two nodes on this machine, with a task and a node's daemon killed on the way, must
# give the rows of the same sweep without a cluster. Exit code 77 (skipped) without root or without Debian's
# slurm-wlm and munge.
#
# usage: slurm_sweep.sh OFFRAMP DIRECTORY-WITH-tiny.yaml
set -uo pipefail
offramp=$1
source=$2

skip() {
  echo "skipped: $*"
  exit 77
}
fail() {
  echo "failed: $*"
  tail -n 20 "$work"/*.log "$work"/cluster/slurm/*.log 2>/dev/null
  exit 1
}
((EUID == 0)) || skip "needs root"
for program in slurmctld slurmd sbatch munged; do
  PATH=$PATH:/usr/sbin command -v $program >/dev/null || skip "needs $program (apt-get install slurm-wlm munge)"
done
[[ -e /run/slurmd.pid || -n ${SLURM_CONF-} ]] && skip "a Slurm of this machine's own is running"

PATH=$PATH:/usr/sbin
work=$(mktemp -d)
started=()
finish() {
  local code=$?
  for pid in "${started[@]}" $(cat "$work"/*.pid 2>/dev/null); do kill -9 "$pid" 2>/dev/null; done
  rm -rf "$work"
  exit $code
}
trap finish EXIT
cp -r "$source"/. "$work"
cd "$work" || exit 1

# Waits until a command succeeds, for at most so many tenths of a second.
within() {
  local tenths=$1
  shift
  for ((i = 0; i < tenths; ++i)); do
    "$@" &>/dev/null && return 0
    sleep 0.1
  done
  return 1
}

if ! munge -n &>/dev/null; then  # a socket alone may be left by one that was killed
  rm -f /run/munge/munge.socket.2*
  install -d -o munge -g munge /run/munge
  [[ -s /etc/munge/munge.key ]] || skip "munge has no key"
  # As its own process, so that it can be ended by its id.
  setpriv --reuid=munge --regid=munge --clear-groups munged --foreground &>munge.log &
  started+=($!)
  within 50 munge -n || skip "munged does not start: $(tail -n 1 munge.log)"
fi

# Three ports in a row that nobody listens on: another run of this test may be under way.
listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
port=17000
while listening $port || listening $((port + 1)) || listening $((port + 2)); do port=$((port + 3)); done

mkdir spool state
cat >slurm.conf <<CONF
ClusterName=offramp_test
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
AuthInfo=cred_expire=5
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobRequeue=1
RequeueExit=1-255
SlurmdParameters=config_overrides
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool/%n
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd-%n.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd-%n.log
NodeName=n[1-2] NodeHostname=localhost NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + 2))] CPUs=1
PartitionName=all Nodes=n[1-2] Default=YES MaxTime=INFINITE State=UP
CONF
# Slurm 24 asks for control groups, of which nothing here makes use, unless told not to; 22 does not know the word.
[[ $(slurmd -V) =~ ([0-9]+)\. ]] && ((BASH_REMATCH[1] >= 24)) && echo CgroupPlugin=disabled >cgroup.conf
export SLURM_CONF=$work/slurm.conf
slurmctld -c || fail "slurmctld does not start"
slurmd -N n1 || fail "slurmd does not start"
slurmd -N n2 || fail "slurmd does not start"
idle() { [[ $(sinfo -h -o %T -N | sort | uniq -c) == *"2 idle" ]]; }
within 200 idle || fail "the nodes do not come up"

sweep=(sweep tiny.yaml --set duration=3000s --replications 2 --vary devices.0.count=4,8,12,16,20,24,28,32)
"$offramp" "${sweep[@]}" --out local --csv local.csv >local.log 2>&1 || fail "the local sweep"

"$offramp" "${sweep[@]}" --slurm --tasks 4 --out cluster --csv cluster.csv >cluster.log 2>&1 &
sweeping=$!
started+=($sweeping)

# Kills the simulator of one task: the oldest process with that chunk and that store, which no other has.
kill_simulator() {
  local pid
  pid=$(pgrep -o -f -- "offramp sweep .*--chunk $1/4 --out $work") && kill -9 "$pid"
}
within 200 kill_simulator 0 || fail "no task of the array runs"
echo "killed a task"
kill -9 "$(cat slurmd-n2.pid)" && echo "killed a node's daemon"
slurmd -N n2 || fail "slurmd does not start again"
within 3000 test ! -d /proc/$sweeping || fail "the sweep does not end"
wait $sweeping || fail "the sweep on the cluster"
cmp local.csv cluster.csv || fail "rows differ"
echo "equal rows"

# With a goal for the interval nobody knows beforehand how many replications it takes.
until=(sweep tiny.yaml --set duration=20s --set 'replications={until: {metric: latency_s.mean, half_width: 4%}, max: 12}'
  --vary devices.0.count=4,16)
"$offramp" "${until[@]}" --out local_until --csv local_until.csv >local_until.log 2>&1 || fail "the local sweep with a goal"
"$offramp" "${until[@]}" --slurm --tasks 2 --out cluster_until --csv cluster_until.csv >cluster_until.log 2>&1 ||
  fail "the sweep with a goal on the cluster"
cmp local_until.csv cluster_until.csv || fail "rows differ with a goal"
echo "equal rows with a goal"
