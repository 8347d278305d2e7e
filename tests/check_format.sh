#!/usr/bin/env bash
# Fails when a C++ file under version control is not formatted as .clang-format says.
# To format everything: tests/check_format.sh --fix
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v clang-format >/dev/null; then
  as_root=()
  ((EUID == 0)) || as_root=(sudo)
  echo "check_format: installing clang-format" >&2
  "${as_root[@]}" apt-get update -qq >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends clang-format >&2
fi

mode=(--dry-run -Werror)
[[ ${1-} == --fix ]] && mode=(-i)

# A file that was deleted but not yet committed is still listed.
mapfile -t files < <(git ls-files '*.cpp' '*.hpp' | while read -r file; do [[ -f $file ]] && echo "$file"; done)
if ((${#files[@]} == 0)); then
  echo "check_format: git lists no C++ files here" >&2
  exit 1
fi
clang-format "${mode[@]}" "${files[@]}"
echo "check_format: ${#files[@]} files, $(clang-format --version)"
