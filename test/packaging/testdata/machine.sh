# What comes before each script: on this machine, acme.thulium.com is a
# simulated Thulium, and its certificate is trusted.
echo "127.0.0.1 acme.thulium.com globex.thulium.com" >>/etc/hosts
thulium /run/thulium.pem &
disown
while [ ! -s /run/thulium.pem ]; do sleep 0.05; done
mkdir -p /etc/ssl/certs
cat /run/thulium.pem >>/etc/ssl/certs/ca-certificates.crt

# A failing "! command" would not end the script.
not() {
	if "$@"; then
		echo "this should have failed: $*"
		return 1
	fi
}

# Repeats a command line until it succeeds, for at most a minute.
within() {
	timeout 60 bash -c "until $1; do sleep 0.1; done" || {
		echo "never, within a minute: $1"
		return 1
	}
}

