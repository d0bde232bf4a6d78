package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	"thulium_exporter/internal/config"
)

// defaultSystem is the name of the system that is described by flags.
const defaultSystem = "default"

// systemFlags describe one system, or name the file that describes many.
type systemFlags struct {
	file         string
	url          string
	allowHTTP    bool
	username     string
	passwordFile string
	campaignIDs  []string
	timeout      time.Duration
	poll         pollFlags
	business     businessFlags
}

func (f *systemFlags) register(clause *kingpin.CmdClause) {
	clause.Flag("config.file", "Configuration file with many systems. Excludes the flags that describe one.").
		PlaceHolder("FILE").StringVar(&f.file)
	clause.Flag("thulium.url", "Address of the Thulium system, like https://acme.thulium.com.").
		PlaceHolder("URL").StringVar(&f.url)
	clause.Flag("thulium.username", "Name of the API user.").
		PlaceHolder("NAME").StringVar(&f.username)
	clause.Flag("thulium.password-file", "File with the password of the API user; it is read anew for each request. The environment variable THULIUM_PASSWORD may hold the password instead.").
		PlaceHolder("FILE").StringVar(&f.passwordFile)
	clause.Flag("thulium.campaign-id", "Ask for this campaign only. Repeatable. Default: all active campaigns.").
		PlaceHolder("ID").StringsVar(&f.campaignIDs)
	clause.Flag("thulium.timeout", "How long one answer may take; the deadline of a scrape may shorten it. Default: 30s.").
		PlaceHolder("30s").DurationVar(&f.timeout)
	clause.Flag("thulium.allow-http", "Allow http:// in the URL, which sends the password unencrypted.").
		BoolVar(&f.allowHTTP)
	f.business.register(clause)
}

// load reads the configuration, again at each reload, and returns the checked
// systems.
func (f *systemFlags) load() ([]config.System, error) {
	if f.file == "" {
		return f.loadOne()
	}
	if f.describesSystem() {
		return nil, errors.New("--config.file excludes the --thulium.*, --poll.* and --business.* flags and their environment variables: move them into the file")
	}
	return config.LoadFile(f.file)
}

// loadOne returns the system that the flags describe.
func (f *systemFlags) loadOne() ([]config.System, error) {
	draft, err := f.draft()
	if err != nil {
		return nil, err
	}
	system, err := draft.Check(defaultSystem, config.Calendars{})
	if err != nil {
		return nil, f.explain(err)
	}
	return []config.System{system}, nil
}

// describesSystem reports whether any flag says something of a single system.
func (f *systemFlags) describesSystem() bool {
	return f.url != "" || f.username != "" || f.passwordFile != "" || len(f.campaignIDs) > 0 ||
		f.timeout != 0 || f.allowHTTP || f.poll != pollFlags{} || f.business.given()
}

func (f *systemFlags) draft() (*config.Draft, error) {
	hours, err := f.business.spec()
	if err != nil {
		return nil, err
	}
	d := &config.Draft{
		Business:     hours,
		URL:          f.url,
		AllowHTTP:    f.allowHTTP,
		Timeout:      model.Duration(f.timeout),
		PollInterval: model.Duration(f.poll.interval),
		PollMaxAge:   model.Duration(f.poll.maxAge),
	}
	for _, id := range f.campaignIDs {
		d.CampaignIDs = append(d.CampaignIDs, config.ID(id))
	}
	d.HTTP.EnableHTTP2 = true
	d.HTTP.BasicAuth = &commonconfig.BasicAuth{Username: f.username, PasswordFile: f.passwordFile}
	if f.passwordFile == "" {
		d.HTTP.BasicAuth.Password = commonconfig.Secret(os.Getenv("THULIUM_PASSWORD"))
	}
	return d, nil
}

// explain puts the flags in place of the fields of a draft.
func (f *systemFlags) explain(err error) error {
	var wrong *config.FieldError
	if !errors.As(err, &wrong) {
		return err
	}
	flag := map[string]string{
		"url":            "--thulium.url",
		"basic_auth":     "--thulium.username, --thulium.password-file",
		"campaign_ids":   "--thulium.campaign-id",
		"timeout":        "--thulium.timeout",
		"poll_interval":  "--poll.interval",
		"poll_max_age":   "--poll.max-age",
		"business_hours": "--business.*",
	}[wrong.Field]
	if wrong.Field == "url" && f.url == "" {
		return errors.New("--thulium.url is missing: give the address of your Thulium system, like https://acme.thulium.com, or try \"" + name + " demo\", which needs none")
	}
	if wrong.Field == "url" && strings.HasPrefix(f.url, "http://") {
		return fmt.Errorf("%s: %w with --thulium.allow-http", flag, wrong.Err)
	}
	return &config.FieldError{Field: flag, Err: wrong.Err}
}

// pollFlags choose between asking on each scrape and in the background.
type pollFlags struct {
	interval, maxAge time.Duration
}

func (f *pollFlags) register(clause *kingpin.CmdClause) {
	clause.Flag("poll.interval", "Ask Thulium in the background at this interval, like 1m, and serve the newest answer. Default: ask on each scrape.").
		PlaceHolder("1m").DurationVar(&f.interval)
	clause.Flag("poll.max-age", "How long an answer is served when polling. Default: three times the interval.").
		PlaceHolder("3m").DurationVar(&f.maxAge)
}
