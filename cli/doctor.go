package cli

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"reddot/config"
	"reddot/ui/text"
)

// severity sorts findings by what they mean for the user.
type severity string

const (
	fine    severity = "ok"
	info    severity = "info"
	warning severity = "warning"
	wrong   severity = "error"
)

// finding is what one check found: a line of `reddot doctor --json`.
type finding struct {
	// Name is stable, for machines.
	Name     string   `json:"name"`
	Severity severity `json:"severity"`
	Message  string   `json:"message"`
	Remedy   string   `json:"remedy"`
	// Code is Tencent's, where the service refused something.
	Code int `json:"code,omitempty"`
	// exit is the exit code that an error stands for.
	exit int
}

func (a *app) doctorCommand() *cobra.Command {
	var login bool
	command := &cobra.Command{
		Use: "doctor", Short: a.words.doctorShort, Long: a.words.doctorLong, Args: cobra.NoArgs,
		Example: "  reddot doctor\n  reddot doctor --profile shop --json",
		RunE: func(command *cobra.Command, _ []string) error {
			return a.doctor(command.Context(), login)
		},
	}
	command.Flags().BoolVar(&login, "login", false, a.words.flagDoctorLogin)
	return command
}

// checkup is one run of the doctor. Each check says what it finds as soon as it has found it, and none stops the others but by
// leaving them nothing to look at.
type checkup struct {
	*app
	count map[severity]int
	// exit is that of the first error: the checks come in the order in which one thing rests on another.
	exit int
	// account is who was looked at, nil if that could not be told; signed and reached say whether it is worth logging in.
	account         *account
	signed, reached bool
	// offset is the service's clock minus ours, 0 while it is not known.
	offset time.Duration
}

func (a *app) doctor(ctx context.Context, login bool) error {
	c := &checkup{app: a, count: map[severity]int{}}
	c.checkVersion()
	settings, profile := c.checkConfiguration(ctx)
	if c.account != nil {
		c.checkData(settings)
		c.checkAdapter()
		c.checkEndpoints(ctx)
		c.checkProof(ctx, profile)
		c.checkService(ctx, login)
		c.checkWebhook(settings)
	}
	c.checkTerminal(settings)
	if err := c.summary(); err != nil {
		return err
	}
	if c.exit != exitDone {
		return exit(c.exit)
	}
	return nil
}

// say reports a finding. Messages may have parts that others wrote.
func (c *checkup) say(f finding) {
	f.Message, f.Remedy = text.Clean(f.Message), text.Clean(f.Remedy)
	c.count[f.Severity]++
	if f.Severity == wrong && c.exit == exitDone {
		c.exit = f.exit
	}
	if c.flags.json {
		_ = writeJSON(c.out, f) // nobody is left to tell
		return
	}
	c.print(f)
}

// print writes a finding for people: in columns, with lines that fit the terminal.
func (c *checkup) print(f finding) {
	const title, indent = 16, 19 // columns of the longest title; of it with mark and blanks
	var measure text.Measure
	begin := marks[f.Severity] + " " + measure.PadRight(titles[f.Name].In(c.words.language), title) + " "
	for _, line := range measure.Wrap(f.Message, c.columns()-indent) {
		fmt.Fprintln(c.out, begin+line)
		begin = strings.Repeat(" ", indent)
	}
	begin = strings.Repeat(" ", indent) + "→ "
	if f.Remedy == "" {
		return
	}
	for _, line := range measure.Wrap(f.Remedy, c.columns()-indent-2) {
		fmt.Fprintln(c.out, begin+line)
		begin = strings.Repeat(" ", indent+2)
	}
}

// columns is the width to print in: the terminal's, and without one so much that nothing is wrapped.
func (c *checkup) columns() int {
	const unlimited, least = 1 << 16, 40
	file, ok := c.out.(*os.File)
	if !ok {
		return unlimited
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return unlimited
	}
	return max(width, least)
}

func (c *checkup) fine(name, message string) {
	c.say(finding{Name: name, Severity: fine, Message: message})
}

func (c *checkup) info(name, message, remedy string) {
	c.say(finding{Name: name, Severity: info, Message: message, Remedy: remedy})
}

func (c *checkup) warning(name, message, remedy string) {
	c.say(finding{Name: name, Severity: warning, Message: message, Remedy: remedy})
}

// failed reports an error of the program as it is reported elsewhere.
func (c *checkup) failed(name string, err error) {
	f := c.failureOf(err)
	c.say(finding{Name: name, Severity: wrong, Message: f.Message, Remedy: f.Remedy, Code: f.Code, exit: f.Exit})
}

// summary is for people; machines count themselves.
func (c *checkup) summary() error {
	if c.flags.json {
		return nil
	}
	_, err := fmt.Fprintf(c.out, c.pick("\n错误 %d，警告 %d\n", "\n%d errors, %d warnings\n"), c.count[wrong], c.count[warning])
	return err
}

func (c *checkup) checkVersion() {
	c.fine("version", fmt.Sprintf("reddot %s (%s, %s/%s)", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH))
}

var marks = map[severity]string{fine: "✓", info: "·", warning: "!", wrong: "✗"}

// titles are what people read for a check's name.
var titles = map[string]config.Text{
	"version":         {ZH: "版本", EN: "version"},
	"configuration":   {ZH: "配置", EN: "configuration"},
	"file_modes":      {ZH: "文件权限", EN: "file modes"},
	"account":         {ZH: "账号", EN: "account"},
	"data_directory":  {ZH: "数据目录", EN: "data directory"},
	"adapter":         {ZH: "连接方式", EN: "way in"},
	"proxy":           {ZH: "代理", EN: "proxy"},
	"endpoint":        {ZH: "服务地址", EN: "endpoint"},
	"clock":           {ZH: "时钟", EN: "clock"},
	"secret":          {ZH: "签名来源", EN: "signature from"},
	"signature":       {ZH: "签名", EN: "signature"},
	"login":           {ZH: "登录", EN: "login"},
	"admin":           {ZH: "管理员", EN: "admin"},
	"user":            {ZH: "用户", EN: "user"},
	"capability":      {ZH: "限制", EN: "limits"},
	"groups":          {ZH: "群组", EN: "groups"},
	"group_type":      {ZH: "群类型", EN: "group type"},
	"receipts":        {ZH: "已读回执", EN: "receipts"},
	"webhook":         {ZH: "回调", EN: "webhook"},
	"terminal":        {ZH: "终端", EN: "terminal"},
	"locale":          {ZH: "字符集", EN: "locale"},
	"colours":         {ZH: "颜色", EN: "colours"},
	"ambiguous_width": {ZH: "符号宽度", EN: "symbol width"},
	"mode_2026":       {ZH: "同步输出", EN: "mode 2026"},
	"mode_2027":       {ZH: "字形簇", EN: "mode 2027"},
	"keyboard":        {ZH: "键盘", EN: "keyboard"},
	"clipboard":       {ZH: "剪贴板", EN: "clipboard"},
	"focus":           {ZH: "焦点", EN: "focus"},
}
