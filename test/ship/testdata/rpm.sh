rpm --install --nodeps --force-debian dist/thulium-exporter-*.$(uname -m).rpm
rpm --verify --nodeps thulium-exporter
[ "$(rpm --query --configfiles thulium-exporter)" = /etc/default/thulium_exporter ]
not systemctl is-active thulium_exporter.service
systemctl start thulium_exporter.service || true
until journalctl --unit thulium_exporter.service | grep -F -- '--thulium.url is missing'; do sleep 0.1; done
rpm --erase --nodeps thulium-exporter
[ ! -e /usr/bin/thulium_exporter ]
not systemctl is-active thulium_exporter.service
