package cli

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"reddot/im/wire"
)

// explained is one line of `reddot explain --json`.
type explained struct {
	Code   int    `json:"code"`
	Name   string `json:"name"`
	Cause  string `json:"cause"`
	Remedy string `json:"remedy"`
}

func (a *app) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use: "explain [CODE]", Short: a.words.explainShort, Long: a.words.explainLong, Args: cobra.MaximumNArgs(1),
		Example: "  reddot explain 10060",
		RunE: func(_ *cobra.Command, arguments []string) error {
			if len(arguments) == 0 {
				return a.explain(wire.Codes()...)
			}
			code, err := a.codeOf(arguments[0])
			if err != nil {
				return err
			}
			return a.explain(code)
		},
	}
}

func (a *app) codeOf(argument string) (wire.Code, error) {
	number, err := strconv.Atoi(argument)
	if err != nil {
		return wire.Code{}, usagef(a.pick("%q 不是错误码", "%q is no error code"), argument)
	}
	code, known := wire.Lookup(number)
	if !known {
		return wire.Code{}, withRemedy(
			fmt.Errorf(a.pick("不认识错误码 %d", "error code %d is not known here"), number),
			a.pick("看服务端随错误返回的原文，或查 https://cloud.tencent.com/document/product/269/1671",
				"read the service's own words beside it, or look at https://cloud.tencent.com/document/product/269/1671"))
	}
	return code, nil
}

func (a *app) explain(codes ...wire.Code) error {
	for _, code := range codes {
		line := explained{code.Number, code.Name, a.pick(code.CauseZH, code.CauseEN), a.pick(code.RemedyZH, code.RemedyEN)}
		if err := a.printExplained(line); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) printExplained(line explained) error {
	if a.flags.json {
		return writeJSON(a.out, line)
	}
	_, err := fmt.Fprintf(a.out, "%-6d %s\n       %s\n", line.Code, line.Cause, line.Remedy)
	return err
}
