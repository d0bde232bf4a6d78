# What comes before each script: on this machine, acme.thulium.com is a
# simulated Thulium, and its certificate is trusted.
echo "127.0.0.1 acme.thulium.com globex.thulium.com" >>/etc/hosts
thulium /run/thulium.pem &
until [ -s /run/thulium.pem ]; do sleep 0.05; done
cat /run/thulium.pem >>/etc/ssl/certs/ca-certificates.crt

# A failing "! command" would not end the script.
not() {
	if "$@"; then
		echo "this should have failed: $*"
		return 1
	fi
}

