package=dist/thulium-exporter_*_$(dpkg --print-architecture).deb

# Installed, nothing runs.
dpkg --install $package
dpkg --verify thulium-exporter
[ "$(systemctl is-enabled thulium_exporter.service)" = disabled ]
not systemctl is-active thulium_exporter.service
for page in thulium_exporter thulium_exporter-check thulium_exporter-calendar; do
	man --warnings $page >/dev/null
done
systemd-analyze verify thulium_exporter.service thulium_exporter.socket
systemd-analyze security --no-pager thulium_exporter.service | tail -n 1

# Started without configuration, it says what is missing.
not systemctl start thulium_exporter.service
within "journalctl --unit thulium_exporter.service | grep -F -- '--thulium.url is missing'"
systemctl stop thulium_exporter.service

# Configured, it is ready when systemctl returns. Others cannot read the password.
cat >>/etc/default/thulium_exporter <<'CONFIGURATION'
THULIUM_URL=https://acme.thulium.com
THULIUM_USERNAME=prometheus
THULIUM_PASSWORD_FILE=/etc/thulium_exporter/password
CONFIGURATION
echo correct-horse | install -m 640 -g thulium-exporter /dev/stdin /etc/thulium_exporter/password
thulium_exporter-check | grep 00001
thulium_exporter-calendar --from=2026-11-11 --to=2026-11-12 | grep 2026-11-12
systemctl restart thulium_exporter.service
thulium_exporter health || { journalctl --unit thulium_exporter.service | tail -n 20; false; }
curl --silent --fail localhost:10069/metrics >/run/metrics
grep -Fx 'thulium_up 1' /run/metrics
grep '^process_start_time_seconds ' /run/metrics
pid=$(systemctl show --property MainPID --value thulium_exporter.service)
cat /proc/$pid/status >/run/status
grep -P '^CapEff:\t0000000000000000$' /run/status
grep -P '^Seccomp:\t2$' /run/status
not grep -P '^Uid:\t0' /run/status
[ "$(systemctl show --property Type --value thulium_exporter.service)" = notify ]

# A changed password needs no restart; a wrong one is noticed by the check.
echo wrong | install -m 640 -g thulium-exporter /dev/stdin /etc/thulium_exporter/password
not thulium_exporter-check
# So is one that the check might read, but not the service.
echo correct-horse | install -m 640 -g thulium-exporter /dev/stdin /home/password
not thulium_exporter-check --thulium.password-file=/home/password
within "curl --silent localhost:10069/metrics | grep -Fx 'thulium_up 0'"
echo correct-horse | install -m 640 -g thulium-exporter /dev/stdin /etc/thulium_exporter/password
within "curl --silent localhost:10069/metrics | grep -Fx 'thulium_up 1'"

# A reload keeps it running, an upgrade asks nothing, keeps the settings and
# restarts it. What it knew is still there.
systemctl reload thulium_exporter.service
[ "$(systemctl show --property MainPID --value thulium_exporter.service)" = $pid ]
dpkg --install $package </dev/null
dpkg --verify thulium-exporter
grep -Fx THULIUM_USERNAME=prometheus /etc/default/thulium_exporter
thulium_exporter health
[ "$(systemctl show --property MainPID --value thulium_exporter.service)" != $pid ]
[ -s /var/lib/thulium_exporter/state.json ]

# An upgrade ends well even if the service does not start again, and says so.
echo THULIUM_POLL_MAX_AGE=1m >>/etc/default/thulium_exporter
dpkg --install $package 2>&1 | grep 'thulium_exporter.service does not start'
[ "$(dpkg --audit)" = "" ]
sed -i /THULIUM_POLL_MAX_AGE/d /etc/default/thulium_exporter
systemctl enable thulium_exporter.service
systemctl restart thulium_exporter.service

# By its socket, switched on by the commands in its file: the first scrape starts it.
sed -n 's/^#   //p' /usr/lib/systemd/system/thulium_exporter.socket >/run/socket
grep -q systemctl /run/socket
. /run/socket
curl --silent --fail localhost:10069/metrics | grep -Fx 'thulium_up 1'

# Removed, nothing runs and everything is kept; purged, no secret is left.
dpkg --remove thulium-exporter
not pgrep -x thulium_exporte
not curl --silent localhost:10069/
[ ! -e /usr/bin/thulium_exporter ]
[ -s /etc/thulium_exporter/password ]
dpkg --purge thulium-exporter
for path in /etc/default/thulium_exporter /etc/thulium_exporter /var/lib/thulium_exporter /var/lib/private/thulium_exporter; do
	[ ! -e $path ]
done
