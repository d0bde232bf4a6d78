mkdir /run/config
echo correct-horse >/run/config/password
cat >/run/config/thulium_exporter.yml <<'CONFIGURATION'
defaults: {basic_auth: {username: prometheus, password_file: password}}
systems:
  acme: {url: https://acme.thulium.com}
  globex: {url: https://globex.thulium.com}
CONFIGURATION
