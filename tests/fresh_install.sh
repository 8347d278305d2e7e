#!/usr/bin/env bash
# Proves the README: a fresh Debian, a fresh clone, its two commands, with the wall time of each step.
# Needs root, debootstrap and git; not part of continuous integration.
#   tests/fresh_install.sh [--keep] [--dir PARENT] [--against SUMMARY] [bookworm|trixie] [REPOSITORY URL OR PATH]
# --against: the summary.json of the same quickstart elsewhere (the other Debian), which must agree.
# The root lies in a temporary directory (in PARENT, else $TMPDIR or /tmp; about 6 GB) and is removed at the
# end unless --keep. The Debian mirror is the one that this machine's apt uses.
set -euo pipefail

suite=bookworm
repository=$(cd "$(dirname "$0")/.." && pwd)
keep=no
parent=${TMPDIR:-/tmp}
against=
while (($# > 0)); do
  case $1 in
    --keep) keep=yes ;;
    --dir) parent=$2 && shift ;;
    --against) against=$(realpath "$2") && shift ;;
    bookworm | trixie) suite=$1 ;;
    -*)
      echo "fresh_install: unknown option $1; see the head of $0" >&2
      exit 2
      ;;
    *) repository=$1 ;;
  esac
  shift
done
((EUID == 0)) || { echo "fresh_install: debootstrap and chroot need root" >&2 && exit 2; }
command -v debootstrap >/dev/null || { echo "fresh_install: install debootstrap first" >&2 && exit 2; }

mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -n 1)
[[ -n $mirror ]] || { echo "fresh_install: apt knows no Debian mirror; run apt-get update" >&2 && exit 2; }

root=$(mktemp -d "$parent/offramp-fresh-$suite.XXXXXX")
chmod 755 "$root"
clean_up() {
  local mounted=no point
  for point in dev/pts dev proc; do
    if mountpoint -q "$root/$point"; then umount "$root/$point" || mounted=yes; fi
  done
  if [[ $keep == yes || $mounted == yes ]]; then
    echo "fresh_install: the root is kept in $root" >&2
  else
    rm -rf --one-file-system "$root"
  fi
}
trap clean_up EXIT

times=()
# step NAME COMMAND...: runs it and notes its wall time; the first failure ends the script.
step() {
  local name=$1 begin=$EPOCHREALTIME status=0
  shift
  echo "== $name" >&2
  "$@" || status=$?
  times+=("$(awk -v a="$begin" -v b="$EPOCHREALTIME" -v name="$name" -v status="$status" \
    'BEGIN { printf "%8.1f s  %s%s", b - a, name, status ? "  FAILED with exit code " status : "" }')")
  if ((status != 0)); then
    report
    exit "$status"
  fi
}
report() { printf '%s\n' "fresh_install: $suite, $(nproc) processors" "${times[@]}"; }

# Runs one line of shell in the clone inside the root, with nothing of this machine's environment.
inside() {
  chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM="${TERM:-dumb}" \
    ${http_proxy:+http_proxy="$http_proxy"} bash -c "cd /root/offramp && $1"
}

step "debootstrap $suite (not ours)" debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" "$mirror"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount --make-private "$root/dev"
mount --bind /dev/pts "$root/dev/pts" # a test needs a terminal
step "git clone" git clone -q "$repository" "$root/root/offramp"

step "first ./offramp run: packages, build, profile, run" inside './offramp run scenarios/quickstart.yaml'
step "second ./offramp run" inside './offramp run scenarios/quickstart.yaml'
step "./offramp test" inside './offramp test'
[[ -z $against ]] || step "the same quickstart elsewhere" \
  "$(dirname "$0")/golden/difference.py" "$against" "$root/root/offramp/runs/quickstart/summary.json"
report
