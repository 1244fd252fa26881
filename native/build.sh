#!/bin/sh
# Builds the emulated device (libcuda.so.1) and images for it.
#
#   build.sh device OUT_DIR             OUT_DIR/libcuda.so.1
#   build.sh image FILE.cu OUT.so       an image of the kernels in FILE.cu
#
# Without g++ it says so in one line and makes nothing. CXX names another compiler than g++.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
include="$here/../kernels/include"
cxx=${CXX:-g++}

if ! command -v "$cxx" >/dev/null 2>&1; then
  echo "native: no $cxx, so the emulated CUDA device is not built"
  exit 0
fi

# -march: fused multiply-add and half conversions in hardware. No contraction: results are the same
# whatever the compiler does.
common="-std=c++20 -O2 -march=x86-64-v3 -fPIC -fvisibility=hidden -ffp-contract=off -Wall -Wextra"

case "${1:-}" in
  device)
    out=$2
    objects="$out/device-objects"
    mkdir -p "$objects"
    find "$here/src/main/cpp" -name '*.cpp' -print0 |
      xargs -0 -P "$(nproc)" -I{} sh -c \
        'object="$1/$(basename "$2" .cpp).o"
         [ "$object" -nt "$2" ] && [ -z "$(find "$3" "$4" -name "*.h" -newer "$object")" ] ||
           $5 $6 -I"$4" -c "$2" -o "$object"' \
        sh "$objects" {} "$here/src/main/cpp" "$include" "$cxx" "$common"
    # nodelete: the signal handlers stay installed.
    "$cxx" -shared -static-libstdc++ -static-libgcc -Wl,-soname,libcuda.so.1 -Wl,-z,defs \
      -Wl,-z,nodelete -Wl,--exclude-libs,ALL "$objects"/*.o -ldl -lpthread -o "$out/libcuda.so.1"
    ;;
  image)
    object="$3.o"
    mkdir -p "$(dirname "$3")"
    "$cxx" $common -fno-gnu-unique -fno-tree-vectorize -fno-tree-slp-vectorize \
      -fno-store-merging -fno-tree-loop-distribute-patterns -fno-exceptions -fno-rtti \
      -fno-strict-aliasing -fsanitize=thread -DGRAMIAN_EMULATED -I"$include" \
      -c -x c++ "$2" -o "$object"
    "$cxx" -shared -Wl,-z,defs,--as-needed "$object" -lm -o "$3"
    rm -f "$object"
    ;;
  *)
    sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
