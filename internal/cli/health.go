package cli

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
)

const (
	// healthTimeout is shorter than what container runtimes allow a check.
	healthTimeout = 4 * time.Second
	// maxHealthBody is more than the exporter says of its health.
	maxHealthBody = 1 << 10
)

// addHealth adds a request to the exporter that runs beside this process. Images
// without a shell need it for their health checks.
func addHealth(app *kingpin.Application) (*kingpin.CmdClause, command) {
	clause := app.Command("health", "Query the health of the running exporter, for health checks of containers. Exit status 1 if it is unhealthy.")
	address := clause.Flag("web.listen-address", "Where the exporter listens; of several addresses the first is used.").
		Default(defaultAddress).Strings()
	target := clause.Arg("url", "Query this exporter instead, like https://localhost:10069, or another path of it, like https://localhost:10069/-/ready. Default: /-/healthy where the exporter listens, without TLS.").
		String()
	return clause, func(ctx context.Context, env *environment) error {
		u, err := healthURL(cmp.Or(*target, (*address)[0]))
		if err != nil {
			return err
		}
		return queryHealth(ctx, u, env.stdout)
	}
}

// healthURL completes what people write of a URL: an address where the exporter
// listens is enough.
func healthURL(target string) (*url.URL, error) {
	text := target
	if !strings.Contains(text, "://") {
		text = "http://" + strings.ReplaceAll(text, "%", "%25") // of the zone of an IPv6 address
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Host == ":" || u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("%q is not a URL; write it like http://localhost:10069", target)
	case u.User != nil:
		return nil, errors.New("credentials in the URL are not supported, since others can read command lines; remove them")
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/-/healthy"
	}
	return u, nil
}

// queryHealth writes what the exporter says of its health. Anything else is an
// error, but for the request for a password, which this check has none for.
func queryHealth(ctx context.Context, u *url.URL, stdout io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return err // it names the URL
	}
	transport := healthTransport(u)
	defer transport.CloseIdleConnections()
	res, err := transport.RoundTrip(req)
	if err != nil {
		return fmt.Errorf("not healthy: %w", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxHealthBody))
	if err != nil {
		return fmt.Errorf("not healthy: %w", err)
	}
	text := strings.TrimSpace(string(body))
	switch {
	case res.StatusCode == http.StatusUnauthorized:
		text = "Reachable, but it requires a password: its health was not seen."
	case res.StatusCode != http.StatusOK:
		return fmt.Errorf("not healthy: %s: %s", res.Status, text)
	case text != "Healthy." && text != "Ready.":
		return fmt.Errorf("not healthy: %s is not a health check of the exporter; write its address alone, like %s://%s", u, u.Scheme, u.Host)
	}
	_, err = fmt.Fprintln(stdout, text)
	return err
}

// healthTransport uses no proxy. It accepts any certificate of a server on this
// machine: nobody is in between, and certificates rarely name "localhost".
func healthTransport(u *url.URL) *http.Transport {
	ip := net.ParseIP(u.Hostname())
	here := u.Hostname() == "" || u.Hostname() == "localhost" || ip.IsLoopback() || ip.IsUnspecified()
	return &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: here}} //nolint:gosec // see above
}
