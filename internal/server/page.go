package server

import (
	"net"
	"net/url"
	"os"

	toolkit "github.com/prometheus/exporter-toolkit/web"
	"go.yaml.in/yaml/v3"
)

// page returns the URL of the status page, as far as it is known for an exporter
// that listens on address.
func (o *Options) page(address net.Addr) *url.URL {
	if o.ExternalURL != nil {
		return o.ExternalURL
	}
	u := &url.URL{Scheme: "http", Host: address.String()}
	if tcp, ok := address.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		_, port, _ := net.SplitHostPort(u.Host) // such an address always has both
		u.Host = net.JoinHostPort("localhost", port)
	}
	if usesTLS(*o.Web.WebConfigFile) {
		u.Scheme = "https"
	}
	return u
}

// usesTLS reports whether a validated web configuration file enables TLS.
func usesTLS(path string) bool {
	var c toolkit.Config
	text, err := os.ReadFile(path)
	return err == nil && yaml.Unmarshal(text, &c) == nil && c.TLSConfig.IsEnabled()
}
