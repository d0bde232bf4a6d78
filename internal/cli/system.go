package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/config"
	"thulium_exporter/internal/files"
	"thulium_exporter/internal/web/status"
	"thulium_exporter/thulium"
)

const (
	// defaultSystem is the name of the system that is described by flags.
	defaultSystem = "default"
	// passwordVariable may hold the password of that system.
	passwordVariable = "THULIUM_PASSWORD"
	// maxSuggested is how many systems an error lists: there may be thousands.
	maxSuggested = 10
)

// systemFlags describe one system, or name the file that describes many.
type systemFlags struct {
	clause *kingpin.CmdClause
	file   string
	draft  config.Draft // the system, but for what follows

	campaignIDs, hours, openDates []string
}

func (f *systemFlags) register(clause *kingpin.CmdClause) {
	login := &commonconfig.BasicAuth{Password: commonconfig.Secret(os.Getenv(passwordVariable))}
	f.clause, f.draft.HTTP.BasicAuth = clause, login
	clause.Flag("config.file", "Configuration file for any number of systems. Excludes the flags that describe a single one.").
		PlaceHolder("FILE").StringVar(&f.file)
	clause.Flag("thulium.url", "URL of the Thulium system, like https://acme.thulium.com.").
		PlaceHolder("URL").StringVar(&f.draft.URL)
	clause.Flag("thulium.username", "Username of the API user.").
		PlaceHolder("NAME").StringVar(&login.Username)
	clause.Flag("thulium.password-file", "File with the password of the API user; it is read for each request. The environment variable THULIUM_PASSWORD may hold the password instead.").
		PlaceHolder("FILE").StringVar(&login.PasswordFile)
	clause.Flag("thulium.campaign-id", "Request this campaign only. Repeatable. Default: all active campaigns.").
		PlaceHolder("ID").StringsVar(&f.campaignIDs)
	clause.Flag("thulium.timeout", "Timeout of a request to Thulium; the deadline of a scrape may shorten it. Default: 30s.").
		PlaceHolder("30s").DurationVar((*time.Duration)(&f.draft.Timeout))
	clause.Flag("thulium.allow-http", "Allow http:// in the URL, which sends the password unencrypted.").
		BoolVar(&f.draft.AllowHTTP)
	clause.Flag("thulium.proxy-from-environment", "Use the proxy that the environment variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY name.").
		BoolVar(&f.draft.HTTP.ProxyFromEnvironment)
	clause.Flag("thulium.diagnose", "Request what the agents of idle campaigns do, to tell why they are idle. Documented by the vendor, not yet tried on a live system.").
		BoolVar(&f.draft.Diagnose)
	clause.Flag("business.time-zone", "Time zone of the business hours. Default: Europe/Warsaw.").
		PlaceHolder("ZONE").StringVar(&f.draft.Business.TimeZone)
	clause.Flag("business.hours", "Weekly business hours. Repeatable. Default: 'monday:friday 08:00-20:00'.").
		PlaceHolder("HOURS").StringsVar(&f.hours)
	clause.Flag("business.holidays", "Country on whose public holidays the contact centre is closed, like pl, or none. Repeatable. Default: pl.").
		PlaceHolder("COUNTRY").StringsVar(&f.draft.Business.Holidays)
	clause.Flag("business.closed-date", "Further date on which the contact centre is closed, like 2026-12-31. Repeatable.").
		PlaceHolder("DATE").StringsVar(&f.draft.Business.ClosedDates)
	clause.Flag("business.open-date", "Date with hours of its own, like '2026-12-13 10:00-16:00'. Repeatable.").
		PlaceHolder("DATE HOURS").StringsVar(&f.openDates)
	clause.Flag("stall.after", "Business time without progress after which a campaign counts as stalled. Default: 2h.").
		PlaceHolder("2h").SetValue(optional[model.Duration]{&f.draft.After, parseDuration})
	clause.Flag("stall.until", "Completion, in percent, from which on no stall is reported: the last records wait for their next attempt. Default: 98.").
		PlaceHolder("98").SetValue(optional[float64]{&f.draft.Until, parseFloat})
}

// registerPoll adds the flags that choose between requests on each scrape and in the
// background.
func registerPoll(clause *kingpin.CmdClause, draft *config.Draft) {
	clause.Flag("poll.interval", "Query Thulium in the background at this interval, like 1m, and serve the latest response. Default: query on each scrape.").
		PlaceHolder("1m").DurationVar((*time.Duration)(&draft.PollInterval))
	clause.Flag("poll.max-age", "Maximum age of a polled response; an older one is not served. Default: three times the interval.").
		PlaceHolder("3m").DurationVar((*time.Duration)(&draft.PollMaxAge))
}

// load reads the configuration, again at each reload, and returns the checked
// systems and the digest of the file, if there is one.
func (f *systemFlags) load(ctx context.Context, reader *files.Reader) ([]config.System, config.Digest, error) {
	if err := f.checkSource(); err != nil {
		return nil, config.Digest{}, err
	}
	if f.file != "" {
		return config.LoadFile(ctx, reader, f.file)
	}
	system, err := f.system(ctx, reader)
	return []config.System{system}, config.Digest{}, f.explain(err)
}

// system returns the system that the flags describe.
func (f *systemFlags) system(ctx context.Context, reader *files.Reader) (system config.System, err error) {
	draft := f.draft
	if draft.Business, err = f.business(); err != nil {
		return system, err
	}
	for _, id := range f.campaignIDs {
		draft.CampaignIDs = append(draft.CampaignIDs, config.ID(id))
	}
	system, err = draft.Check(defaultSystem, config.Calendars{})
	if err == nil {
		err = draft.CheckFiles(ctx, reader)
	}
	return system, err
}

// loadCalendars returns the systems with little but their calendars. It needs
// neither credentials nor, without a file, a URL.
func (f *systemFlags) loadCalendars(ctx context.Context, reader *files.Reader) ([]config.System, error) {
	if f.file != "" {
		if err := f.checkSource(); err != nil {
			return nil, err
		}
		return config.LoadCalendars(ctx, reader, f.file)
	}
	hours, err := f.business()
	if err != nil {
		return nil, err
	}
	calendar, err := config.Calendars{}.Of(hours)
	return []config.System{{Name: defaultSystem, Calendar: calendar}}, f.explain(err)
}

// business returns the business hours as a file would say them.
func (f *systemFlags) business() (business.Spec, error) {
	spec := f.draft.Business
	for _, text := range f.hours {
		days, times, ok := splitHours(text)
		if !ok {
			return spec, fmt.Errorf("--business.hours: cannot read %q; write it like 'monday:friday 08:00-20:00'", text)
		}
		spec.Windows = append(spec.Windows, business.Window{Weekdays: strings.Split(days, ","), Times: times})
	}
	for _, text := range f.openDates {
		date, times, ok := splitHours(text)
		if !ok {
			return spec, fmt.Errorf("--business.open-date: cannot read %q; write it like '2026-12-13 10:00-16:00'", text)
		}
		spec.OpenDates = append(spec.OpenDates, business.OpenDate{Date: date, Times: times})
	}
	return spec, nil
}

// splitHours reads "DAYS START-END,START-END".
func splitHours(s string) (days string, times []business.TimeRange, ok bool) {
	days, ranges, ok := strings.Cut(strings.TrimSpace(s), " ")
	for text := range strings.SplitSeq(ranges, ",") {
		start, end, isRange := strings.Cut(strings.TrimSpace(text), "-")
		ok = ok && isRange
		times = append(times, business.TimeRange{Start: start, End: end})
	}
	return days, times, ok
}

// checkSource makes sure that a system is described in one place.
func (f *systemFlags) checkSource() error {
	login := f.draft.HTTP.BasicAuth
	described := login.Password != "" || f.draft.Stall != config.Stall{} || f.isSet("thulium", "poll", "business")
	switch {
	case f.file != "" && described:
		return errors.New("--config.file excludes the --thulium.*, --poll.*, --business.* and --stall.* flags and their environment variables: move them into the file")
	case login.Password != "" && login.PasswordFile != "":
		return errors.New("--thulium.password-file and the environment variable " + passwordVariable + " exclude each other; unset one of them")
	}
	return nil
}

// isSet reports whether a flag of these groups is set.
func (f *systemFlags) isSet(groups ...string) bool {
	return slices.ContainsFunc(setFlags(f.clause), func(flag status.Flag) bool {
		group, _, _ := strings.Cut(flag.Name, ".")
		return slices.Contains(groups, group)
	})
}

// explain names the flags in place of the fields of a draft.
func (f *systemFlags) explain(err error) error {
	wrong, ok := errors.AsType[*config.FieldError](err)
	if !ok {
		return err
	}
	if inner, ok := errors.AsType[*config.FieldError](wrong.Err); ok && flagOf(inner.Field) != "" {
		wrong = inner
	}
	flag, cause := flagOf(wrong.Field), wrong.Err
	switch {
	case wrong.Field == "url" && f.draft.URL == "":
		return errors.New("--thulium.url is missing: set it to the URL of your Thulium system, like https://acme.thulium.com; \"" + name + " demo\" needs none")
	case errors.Is(err, config.ErrNoPassword):
		return errors.New("no password: write it to a file and set --thulium.password-file to its path, or set the environment variable " + passwordVariable)
	case errors.Is(cause, thulium.ErrCredentials):
		return errors.New(flag + ": credentials in the URL are not supported; set --thulium.username and --thulium.password-file, or the environment variable " + passwordVariable)
	case errors.Is(cause, thulium.ErrPlainHTTP):
		return fmt.Errorf("%s: %w with --thulium.allow-http", flag, cause)
	case wrong.Field == "password_file" && filepath.IsAbs(f.draft.HTTP.BasicAuth.PasswordFile): // and no password in the wrong place
		return fmt.Errorf("%s: %s: %w", flag, f.draft.HTTP.BasicAuth.PasswordFile, cause)
	}
	return &config.FieldError{Field: flag, Err: cause}
}

// flagOf returns the flag for a field of a draft; empty if there is none.
func flagOf(field string) string {
	return map[string]string{ //nolint:gosec // names of flags, not secrets
		"url":            "--thulium.url",
		"basic_auth":     "--thulium.username, --thulium.password-file",
		"username":       "--thulium.username",
		"password_file":  "--thulium.password-file",
		"campaign_ids":   "--thulium.campaign-id",
		"timeout":        "--thulium.timeout",
		"poll_interval":  "--poll.interval",
		"poll_max_age":   "--poll.max-age",
		"business_hours": "--business.*",
		"stalled_after":  "--stall.after",
		"stalled_until":  "--stall.until",
		"time_zone":      "--business.time-zone",
		"windows":        "--business.hours",
		"holidays":       "--business.holidays",
		"closed_dates":   "--business.closed-date",
		"open_dates":     "--business.open-date",
	}[field]
}

// registerChoice adds the flag that chooses one of the systems.
func registerChoice(clause *kingpin.CmdClause) *string {
	return clause.Flag("system", "Only this system of the configuration file.").PlaceHolder("NAME").String()
}

// choose returns the system of that name, or all if there is no name.
func choose(systems []config.System, name string) ([]config.System, error) {
	if name == "" {
		return systems, nil
	}
	var names []string
	for i, s := range systems {
		if s.Name == name {
			return systems[i : i+1], nil
		}
		names = append(names, s.Name)
	}
	slices.Sort(names)
	list := strings.Join(names[:min(len(names), maxSuggested)], ", ")
	if more := len(names) - maxSuggested; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return nil, fmt.Errorf("--system: no system %q is configured; choose one of: %s", name, list)
}
