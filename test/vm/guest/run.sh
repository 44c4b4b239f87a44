#!/bin/bash
# Second program in the guest, as root in the host's files: runs the tests that job.sh names, writes what came of them into
# the folder that it shares with the host, and switches the machine off.
. /run/exchange/job.sh
export PATH="$root_folder/node_modules/.bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
export HOME=/root TERM=dumb LC_ALL=C.UTF-8
export SALLYPORT_GUEST=1 SALLYPORT_CONNECTS=500 SALLYPORT_SLOWNESS=60 NODE_COMPILE_CACHE=/tmp/compile-cache

mkdir -p /lib/modules
ln -sfn "$modules_folder" "/lib/modules/$(uname -r)"
ip link set lo up
cd "$root_folder" || exit

"${test_command[@]}" >/run/exchange/log 2>&1
echo $? >/run/exchange/exit-code
sync
echo o >/proc/sysrq-trigger
sleep 60
