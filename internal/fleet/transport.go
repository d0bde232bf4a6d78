package fleet

import (
	"maps"
	"net/http"
	"reflect"
	"slices"

	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/internal/config"
)

// transports are what many systems can share: all that is below the
// credentials, 2 kB and more for each. They know no user and no password, and
// keep no connection that another system could come by.
type transports map[commonconfig.TLSConfig]http.RoundTripper

// transport returns what carries the requests of a system, without its basic
// authentication.
func (w *way) transport(c *config.System) (http.RoundTripper, error) {
	settings, options := c.HTTP, w.http
	settings.BasicAuth = nil
	if c.PollInterval <= idleTimeout {
		return newTransport(settings, options)
	}
	// No connection lives until the next poll, and HTTP/2 pays only then.
	options = append(slices.Clip(options), commonconfig.WithKeepAlivesDisabled(), commonconfig.WithHTTP2Disabled())
	if !onlyTLS(settings) {
		return newTransport(settings, options)
	}
	if shared := w.shared[settings.TLSConfig]; shared != nil {
		return shared, nil
	}
	transport, err := newTransport(settings, options)
	if err == nil {
		w.shared[settings.TLSConfig] = transport
	}
	return transport, err
}

// onlyTLS reports whether nothing but TLS was configured, as nearly always.
func onlyTLS(settings commonconfig.HTTPClientConfig) bool {
	settings.TLSConfig, settings.EnableHTTP2 = commonconfig.TLSConfig{}, false
	return reflect.ValueOf(settings).IsZero()
}

// newTransport makes a transport.
func newTransport(settings commonconfig.HTTPClientConfig, options []commonconfig.HTTPClientOption) (http.RoundTripper, error) {
	// One name for all: the client keeps metrics per name, which nobody reads.
	return commonconfig.NewRoundTripperFromConfig(settings, "thulium", options...)
}

// prune drops the transports that none of the systems can use.
func (t transports) prune(systems []*System) {
	used := make(map[commonconfig.TLSConfig]bool)
	for _, s := range systems {
		used[s.HTTP.TLSConfig] = true
	}
	maps.DeleteFunc(t, func(key commonconfig.TLSConfig, _ http.RoundTripper) bool { return !used[key] })
}
