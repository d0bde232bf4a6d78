#!/bin/sh
# Runs a script on a machine that is thrown away: a systemd of its own, with no
# network but loopback, on a copy-on-write view of this machine's files, or of those in
# the directory MACHINE_ROOT. The repository is read-only at /thulium_exporter, and what
# else is asked for is in /opt; MACHINE_MOUNTS are further options for systemd-nspawn.
# Needs root.
#
# The script reads a password from each line of its input.
#
# Usage: machine.sh REPOSITORY DIRECTORY_FOR_OPT SCRIPT
# The output is the script's, and so is the exit status.
set -eu
if [ "${MACHINE_NAMESPACE-}" = "" ]; then
	MACHINE_NAMESPACE=1 exec unshare --mount --propagation private "$0" "$@"
fi
repository=$(realpath "$1")
opt=$(realpath "$2")
script=$(realpath "$3")

# All mounts end with this process, and nothing stays in /run.
mount -t tmpfs tmpfs /mnt
mkdir -p /run/systemd/nspawn
mount -t tmpfs tmpfs /run/systemd/nspawn
mkdir /mnt/upper /mnt/work /mnt/machine
mount -t overlay overlay -o lowerdir=${MACHINE_ROOT:-/},upperdir=/mnt/upper,workdir=/mnt/work /mnt/machine

mkdir -p /mnt/machine/ship /mnt/machine/thulium_exporter
cp "$script" /mnt/machine/ship/script
cat >/mnt/machine/ship/run <<'RUN'
#!/bin/sh
cd /thulium_exporter
yes correct-horse 2>/dev/null | PATH=/opt:$PATH HOME=/home /bin/bash -eu /ship/script >/ship/output 2>&1
echo $? >/ship/status
systemctl --force --force poweroff
RUN
chmod +x /mnt/machine/ship/run
cat >/mnt/machine/etc/systemd/system/ship.service <<'UNIT'
[Unit]
Description=Run a script and switch this machine off
After=basic.target
Wants=basic.target
[Service]
ExecStart=/ship/run
UNIT
# Mounts and services of the machine below are none of this one's business.
rm -rf /mnt/machine/etc/fstab /mnt/machine/etc/thulium_exporter /mnt/machine/etc/default/thulium_exporter

# shellcheck disable=SC2086 # one word for each option
timeout 300 systemd-nspawn --quiet --register=no --keep-unit --private-network --machine="packaging-$$" --boot \
	--bind-ro="$repository:/thulium_exporter" --bind-ro="$opt:/opt" ${MACHINE_MOUNTS-} \
	--directory=/mnt/machine --console=pipe systemd.unit=ship.service >/mnt/console 2>&1 </dev/null || true
if [ ! -s /mnt/machine/ship/status ]; then
	echo "The machine did not run the script to its end:"
	tail -n 50 /mnt/console
	cat /mnt/machine/ship/output 2>/dev/null || true
	exit 125
fi
cat /mnt/machine/ship/output
exit "$(cat /mnt/machine/ship/status)"
