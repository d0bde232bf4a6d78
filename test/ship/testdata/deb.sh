package=dist/thulium-exporter_*_$(dpkg --print-architecture).deb

# Installed, nothing runs.
dpkg --install $package
dpkg --verify thulium-exporter
[ "$(systemctl is-enabled thulium_exporter.service)" = disabled ]
not systemctl is-active thulium_exporter.service
man --warnings thulium_exporter >/dev/null
systemd-analyze verify thulium_exporter.service thulium_exporter.socket
systemd-analyze security --no-pager thulium_exporter.service | tail -n 1

# Started without configuration, it says what is missing.
systemctl start thulium_exporter.service || true
until journalctl --unit thulium_exporter.service | grep -F -- '--thulium.url is missing'; do sleep 0.1; done
systemctl stop thulium_exporter.service

# Configured, it serves; only root can read the password.
cat >>/etc/default/thulium_exporter <<'CONFIGURATION'
THULIUM_URL=https://acme.thulium.com
THULIUM_USERNAME=prometheus
THULIUM_PASSWORD_FILE=/run/credentials/thulium_exporter.service/password
CONFIGURATION
install --mode=600 /dev/null /etc/thulium_exporter/password
echo correct-horse >/etc/thulium_exporter/password
systemctl enable --now thulium_exporter.service
until thulium_exporter health; do sleep 0.1; done
curl --silent --fail localhost:10069/metrics >/run/metrics
grep -Fx 'thulium_up 1' /run/metrics
grep '^process_start_time_seconds ' /run/metrics
pid=$(systemctl show --property MainPID --value thulium_exporter.service)
cat /proc/$pid/status >/run/status
grep -P '^CapEff:\t0000000000000000$' /run/status
grep -P '^Seccomp:\t2$' /run/status
not grep -P '^Uid:\t0' /run/status

# A reload keeps it running, an upgrade restarts it and keeps the configuration.
systemctl reload thulium_exporter.service
dpkg --install $package
grep -Fx THULIUM_USERNAME=prometheus /etc/default/thulium_exporter
until thulium_exporter health; do sleep 0.1; done
[ "$(systemctl show --property MainPID --value thulium_exporter.service)" != $pid ]

# By its socket: the first scrape starts it.
systemctl stop thulium_exporter.service
echo THULIUM_WEB_SYSTEMD_SOCKET=true >>/etc/default/thulium_exporter
systemctl start thulium_exporter.socket
curl --silent --fail localhost:10069/metrics | grep -Fx 'thulium_up 1'

# Removed, nothing runs; purged, the password is still there.
dpkg --remove thulium-exporter
not pgrep -x thulium_exporte
not curl --silent localhost:10069/
[ ! -e /usr/bin/thulium_exporter ]
dpkg --purge thulium-exporter
[ ! -e /etc/default/thulium_exporter ]
[ -s /etc/thulium_exporter/password ]
