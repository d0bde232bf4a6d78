package zabbix

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long something may take that takes seconds: the machine may be
// busy.
const patience = 3 * time.Minute

// Zabbix is a Zabbix of Debian's packages with a database of its own.
type Zabbix struct {
	directory string
	URL       string // of its frontend
	api
}

// start starts PostgreSQL, the Zabbix server and its frontend. They listen on
// loopback and on sockets in a temporary directory, and end with the test.
func start(t *testing.T) *Zabbix {
	t.Helper()
	directory, err := os.MkdirTemp("", "zabbix")
	check(t, err)
	check(t, os.Chmod(directory, 0o755)) // the user postgres has to enter it
	t.Cleanup(func() { _ = os.RemoveAll(directory) })
	z := &Zabbix{directory: directory}
	z.startDatabase(t)
	z.startServer(t)
	z.startFrontend(t)
	z.login(t)
	return z
}

// startDatabase starts PostgreSQL, which refuses to run as root, on a socket only.
func (z *Zabbix) startDatabase(t *testing.T) {
	t.Helper()
	programs, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(programs) == 0 {
		t.Fatal("no PostgreSQL: ", err)
	}
	bin := programs[len(programs)-1]
	data := filepath.Join(z.directory, "database")
	postgres := owner(t, "postgres")
	check(t, os.Mkdir(data, 0o700))
	check(t, os.Chown(data, int(postgres.Uid), int(postgres.Gid)))
	initialize := exec.CommandContext(t.Context(), bin+"/initdb", "-D", data, "-U", "zabbix", "-A", "trust", "-E", "UTF8", "--no-sync")
	initialize.SysProcAttr = &syscall.SysProcAttr{Credential: postgres}
	initialize.Dir = data
	run(t, initialize)

	// What is lost by a crash is not missed.
	server := exec.Command(bin+"/postgres", "-D", data, "-k", data, "-c", "listen_addresses=",
		"-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_wal_size=4GB")
	server.SysProcAttr = &syscall.SysProcAttr{Credential: postgres}
	server.Dir = data
	z.keep(t, server, syscall.SIGINT)
	eventually(t, "PostgreSQL accepts connections", func() error {
		return exec.CommandContext(t.Context(), bin+"/psql", "-h", data, "-U", "zabbix", "-d", "postgres", "-c", "").Run()
	})
	load := exec.CommandContext(t.Context(), bin+"/psql", "-h", data, "-U", "zabbix", "-d", "postgres", "-q", "-v", "ON_ERROR_STOP=1")
	read, write := io.Pipe()
	load.Stdin = read
	go func() { write.CloseWithError(schema(write)) }()
	run(t, load)
}

// schema writes the tables of Zabbix and what a new installation has in them, but
// for its hundreds of templates.
func schema(w io.Writer) error {
	const packaged = "/usr/share/zabbix-server-pgsql/"
	if err := decompress(w, packaged+"schema.sql.gz", func(string) bool { return true }); err != nil {
		return err
	}
	needed := map[string]bool{
		"role": true, "role_rule": true, "users": true, "usrgrp": true, "users_groups": true, "hstgrp": true,
		"config": true, "config_autoreg_tls": true, "graph_theme": true, "globalmacro": true, "regexps": true, "expressions": true,
	}
	keep := true
	return decompress(w, packaged+"data.sql.gz", func(line string) bool {
		if into, ok := strings.CutPrefix(line, "INSERT INTO "); ok { // a statement may have many lines
			table, _, _ := strings.Cut(into, " ")
			keep = needed[table]
		}
		return keep || line == "COMMIT;"
	})
}

// decompress writes the lines that are wanted.
func decompress(w io.Writer, path string, wanted func(line string) bool) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	text, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		if wanted(lines.Text()) {
			if _, err := fmt.Fprintln(w, lines.Text()); err != nil {
				return err
			}
		}
	}
	return lines.Err()
}

func (z *Zabbix) startServer(t *testing.T) {
	t.Helper()
	config := filepath.Join(z.directory, "zabbix_server.conf")
	check(t, os.WriteFile(config, fmt.Appendf(nil, `
ListenIP=127.0.0.1
ListenPort=%d
AllowRoot=1
DBHost=%s
DBName=postgres
DBUser=zabbix
LogType=console
PidFile=%[3]s/server.pid
SocketDir=%[3]s
CacheUpdateFrequency=2
HousekeepingFrequency=0
StartPollers=3
StartPollersUnreachable=1
StartPreprocessors=2
StartDBSyncers=2
StartTrappers=1
StartPingers=0
StartDiscoverers=0
StartHTTPPollers=0
StartODBCPollers=0
StartLLDProcessors=1
`, freePort(t), filepath.Join(z.directory, "database"), z.directory), 0o600))
	z.keep(t, exec.Command("zabbix_server", "--foreground", "--config", config), syscall.SIGTERM)
}

// startFrontend starts PHP's own server with a copy of the frontend that reads a
// configuration file of its own: Debian's reads one in /etc.
func (z *Zabbix) startFrontend(t *testing.T) {
	t.Helper()
	web := filepath.Join(z.directory, "web")
	run(t, exec.CommandContext(t.Context(), "cp", "-rL", "/usr/share/zabbix", web))
	config := filepath.Join(z.directory, "zabbix.conf.php")
	constant := filepath.Join(web, "include/classes/core/CConfigFile.php")
	code, err := os.ReadFile(constant)
	check(t, err)
	changed := strings.Replace(string(code), "'/etc/zabbix/zabbix.conf.php'", "'"+config+"'", 1)
	check(t, os.WriteFile(constant, []byte(changed), 0o600))
	check(t, os.WriteFile(config, fmt.Appendf(nil, `<?php
$DB = ['TYPE' => 'POSTGRESQL', 'SERVER' => '%s', 'PORT' => '0', 'DATABASE' => 'postgres', 'USER' => 'zabbix', 'PASSWORD' => '',
	'SCHEMA' => '', 'ENCRYPTION' => false, 'KEY_FILE' => '', 'CERT_FILE' => '', 'CA_FILE' => '', 'VERIFY_HOST' => false,
	'CIPHER_LIST' => '', 'VAULT_URL' => '', 'VAULT_DB_PATH' => '', 'VAULT_TOKEN' => '', 'DOUBLE_IEEE754' => true];
$ZBX_SERVER_NAME = 'Thulium';
$IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;
`, filepath.Join(z.directory, "database")), 0o600))

	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(freePort(t)))
	z.URL = "http://" + address
	php := exec.Command("php", "-d", "max_execution_time=300", "-d", "max_input_time=300", "-d", "memory_limit=512M",
		"-d", "post_max_size=32M", "-d", "date.timezone=Europe/Warsaw", "-d", "session.save_path="+z.directory, "-S", address, "-t", web)
	locales := filepath.Join(z.directory, "locales")
	check(t, os.Mkdir(locales, 0o700))
	for _, name := range []string{"en_US", "pl_PL"} {
		run(t, exec.CommandContext(t.Context(), "localedef", "-i", name, "-f", "UTF-8", filepath.Join(locales, name+".UTF-8")))
	}
	php.Env = append(os.Environ(), "PHP_CLI_SERVER_WORKERS=4", "LOCPATH="+locales)
	z.keep(t, php, syscall.SIGTERM)
	eventually(t, "the frontend responds", func() error {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, z.URL+"/index.php", http.NoBody)
		check(t, err)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		return response.Body.Close()
	})
}

// keep runs a command, with all that it starts, until the test ends; what was started
// last ends first.
func (z *Zabbix) keep(t *testing.T, command *exec.Cmd, end syscall.Signal) {
	t.Helper()
	if command.SysProcAttr == nil {
		command.SysProcAttr = new(syscall.SysProcAttr)
	}
	command.SysProcAttr.Setpgid = true
	command.SysProcAttr.Pdeathsig = syscall.SIGKILL
	output, err := os.Create(filepath.Join(z.directory, filepath.Base(command.Path)+".out"))
	check(t, err)
	command.Stdout, command.Stderr = output, output
	check(t, command.Start())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = command.Wait()
		if t.Context().Err() == nil {
			t.Errorf("%s has ended early", command)
		}
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(command.Process.Pid, end)
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
		}
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
		<-ended
		_ = output.Close()
		if t.Failed() {
			said, _ := os.ReadFile(output.Name())
			t.Logf("%s: …%s", command, said[max(0, len(said)-3000):])
		}
	})
}

// run runs a command to its end.
func run(t *testing.T, command *exec.Cmd) {
	t.Helper()
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, output)
	}
}

func owner(t *testing.T, name string) *syscall.Credential {
	t.Helper()
	found, err := user.Lookup(name)
	check(t, err)
	uid, err := strconv.ParseUint(found.Uid, 10, 32)
	check(t, err)
	gid, err := strconv.ParseUint(found.Gid, 10, 32)
	check(t, err)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// freePort returns a port as Zabbix accepts it, below 32768.
func freePort(t *testing.T) int {
	t.Helper()
	for {
		port := 20_000 + rand.IntN(12_000)
		listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			check(t, listener.Close())
			return port
		}
	}
}

// eventually tries until there is no error.
func eventually(t *testing.T, what string, try func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), patience, errors.New("out of patience"))
	defer cancel()
	for {
		err := try()
		if err == nil {
			return
		}
		if t.Failed() {
			t.FailNow()
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s: %v: %v", what, context.Cause(ctx), err)
		case <-time.After(500 * time.Millisecond):
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
