rpm --install --nodeps --force-debian dist/thulium-exporter-*.$(uname -m).rpm
rpm --verify --nodeps thulium-exporter
[ "$(rpm --query --configfiles thulium-exporter)" = "" ]
[ -s /etc/default/thulium_exporter ]
not systemctl is-active thulium_exporter.service
not systemctl start thulium_exporter.service
within "journalctl --unit thulium_exporter.service | grep -F -- '--thulium.url is missing'"
rpm --erase --nodeps thulium-exporter
[ ! -e /usr/bin/thulium_exporter ]
not systemctl is-active thulium_exporter.service
