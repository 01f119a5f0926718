#!/bin/sh
# Builds every fuzz target and runs one after another for SECONDS each:
#
#   fuzz/run.sh SECONDS [TARGET…]
#
# Prints for each target: executions, peak memory, crashes. Exit code 1 if any target crashed, ran out of its memory
# bound or took longer than ten seconds for one input; the input is then in fuzz/artifacts/TARGET/.
# Needs a C++ compiler for libFuzzer, and no nightly toolchain: the coverage pass is part of every rustc.
set -eu
[ $# -ge 1 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 64; }
seconds=$1
shift
cd "$(dirname "$0")"
host=$(rustc -vV | sed -n 's/^host: //p')
# --target keeps these flags from build scripts and macros
RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares" \
    cargo build --quiet --release --target "$host"
bins=${CARGO_TARGET_DIR:-target}/$host/release
[ $# -gt 0 ] || set -- $(sed -n 's/^name = "\([a-z_]*\)"$/\1/p' Cargo.toml)
failed=0
printf '%-18s %12s %8s %8s  %s\n' target executions exec/s peak-MB crashes
for target; do
    mkdir -p "corpus/$target" "artifacts/$target"
    log=artifacts/$target/log
    code=0
    "$bins/$target" "corpus/$target" "seeds/$target" -max_total_time="$seconds" -max_len=65536 -timeout=10 \
        -rss_limit_mb=1024 -malloc_limit_mb=512 -print_final_stats=1 -artifact_prefix="artifacts/$target/" \
        >"$log" 2>&1 || code=$?
    stat() { sed -n "s/^stat::$1: *//p" "$log"; }
    crashes=$(find "artifacts/$target" -name 'crash-*' -o -name 'oom-*' -o -name 'timeout-*' | wc -l)
    [ "$code" -eq 0 ] || failed=1
    printf '%-18s %12s %8s %8s  %s\n' "$target" "$(stat number_of_executed_units)" "$(stat average_exec_per_sec)" \
        "$(stat peak_rss_mb)" "$crashes"
done
exit $failed
