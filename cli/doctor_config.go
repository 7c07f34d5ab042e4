package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"reddot/cli/local"
	"reddot/config"
	"reddot/store"
)

// checkConfiguration reads the configuration and settles the account that it stands for, if it can. Without a
// configuration that can be read nothing is settled but what flags say.
func (c *checkup) checkConfiguration(ctx context.Context) (config.Config, config.Profile) {
	settings, err := c.settings()
	path, _ := c.configPath()
	_, missing := os.Stat(path)
	var mistakes config.Errors
	switch {
	case errors.As(err, &mistakes):
		for _, mistake := range mistakes {
			c.say(finding{
				Name: "configuration", Severity: wrong, exit: exitUsage,
				Message: mistake.What(c.words.language), Remedy: mistake.Remedy.In(c.words.language),
			})
		}
	case err != nil:
		c.failed("configuration", err)
	case errors.Is(missing, fs.ErrNotExist):
		c.info("configuration", fmt.Sprintf(c.pick("没有 %s，全部用默认设置", "there is no %s, all settings are the defaults"), path), "")
	default:
		c.fine("configuration", fmt.Sprintf(c.pick("%s，%d 个账号", "%s, %d profiles"), path, len(settings.Profiles)))
	}
	if err != nil {
		if c.flags.server == "" {
			c.info("account", c.pick("配置有误，没有检查账号", "not checked: the configuration is wrong"), "")
			return config.Default(), config.Profile{}
		}
		settings = config.Default()
	}
	c.checkModes(settings)
	return settings, c.checkAccount(ctx, settings)
}

func (c *checkup) configPath() (string, error) {
	if c.flags.config != "" {
		return c.flags.config, nil
	}
	return config.DefaultPath()
}

func (c *checkup) checkModes(settings config.Config) {
	open := c.exposed(settings)
	for _, path := range open {
		c.warning("file_modes", fmt.Sprintf(c.pick("%s 里有密钥或签名，其他用户能读到", "%s holds a secret, and others can read it"), path), "chmod 600 "+path)
	}
	if len(open) == 0 && runtime.GOOS != "windows" {
		c.fine("file_modes", c.pick("其他用户读不到密钥", "no secret can be read by others"))
	}
}

// checkAccount settles who is looked at; the embedded server is started if need be.
func (c *checkup) checkAccount(ctx context.Context, settings config.Config) config.Profile {
	account, profile, err := c.identify(settings)
	if err == nil && account.url == "" {
		err = c.joinEmbedded(ctx, account)
	}
	if err != nil {
		c.failed("account", err)
		return profile
	}
	c.account = account
	who := fmt.Sprintf(c.pick("用户 %s，应用 %d，设备 %s", "user %s, app %d, device %s"), cmp.Or(account.user, "?"), account.appID, account.device)
	if account.admin != "" {
		who += c.pick("，以管理员 ", ", called as admin ") + account.admin + c.pick(" 的身份调用", "")
	}
	switch {
	case account.embedded != nil:
		who += c.pick("，内置服务器 ", ", embedded server ") + account.embedded.Data
	case account.profile != "":
		who += c.pick("，配置里的 ", ", profile ") + account.profile
	}
	c.fine("account", who)
	return profile
}

// checkData looks at the client's own directory, and at the embedded server's.
func (c *checkup) checkData(settings config.Config) {
	dir, err := c.clientDirectory(c.account)
	if err != nil {
		c.failed("data_directory", err)
		return
	}
	c.checkDirectory(dir)
	c.checkStore(filepath.Join(dir, "client.db"))
	if c.account.embedded == nil {
		return
	}
	c.checkDirectory(c.account.embedded.Data)
	if server, ok := local.Find(c.account.embedded.Data); ok {
		c.fine("data_directory", fmt.Sprintf(c.pick("内置服务器在用它（进程 %d，日志 %s）", "the embedded server has it open (process %d, log %s)"),
			server.PID, filepath.Join(server.Data, local.LogName)))
	}
}

func (c *checkup) checkDirectory(dir string) {
	found, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		c.fine("data_directory", fmt.Sprintf(c.pick("%s 还没有，首次启动时创建", "%s is made at the first start"), dir))
		return
	}
	if err == nil {
		err = writable(dir)
	}
	if err != nil {
		c.say(finding{
			Name: "data_directory", Severity: wrong, exit: exitUsage, Message: fmt.Sprintf(c.pick("%s 不能写：%v", "%s cannot be written: %v"), dir, err),
			Remedy: c.pick("修改目录权限，或用 --data DIR 换一个", "change its rights, or choose another with --data DIR"),
		})
		return
	}
	message := fmt.Sprintf(c.pick("%s，%s，权限 %o", "%s, %s, mode %o"), dir, size(dir), found.Mode().Perm())
	if runtime.GOOS != "windows" && found.Mode().Perm()&0o077 != 0 {
		c.warning("data_directory", message, "chmod 700 "+dir)
		return
	}
	c.fine("data_directory", message)
}

func writable(dir string) error {
	file, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// size is the size of all files of a directory, for people.
func size(dir string) string {
	var bytes int64
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil // what cannot be looked at is not counted
		}
		if found, err := entry.Info(); err == nil && found.Mode().IsRegular() {
			bytes += found.Size()
		}
		return nil
	})
	const megabyte = 1 << 20
	if bytes < megabyte {
		return fmt.Sprintf("%d KB", (bytes+1023)>>10)
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/megabyte)
}

// checkStore opens the client's file if there is one, as a client does.
func (c *checkup) checkStore(path string) {
	if _, err := os.Stat(path); err != nil {
		return
	}
	kept, err := store.Open(path, store.Options{})
	if err == nil {
		err = kept.Close()
	}
	switch {
	case err == nil:
		c.fine("data_directory", fmt.Sprintf(c.pick("%s 能打开；日志 %s", "%s opens; the log is %s"), filepath.Base(path), strings.TrimSuffix(path, ".db")+".log"))
	case errors.Is(err, store.ErrHeld):
		c.info("data_directory", c.pick("另一个 reddot 正在用这个账号和设备", "another reddot of this account and device has it open"),
			c.pick("一起用没有问题：后来的是一台临时设备；要分开保存请用 --device", "nothing is wrong: a later one is a device of its own for as long as it runs; --device keeps them apart"))
	default:
		c.failed("data_directory", err)
	}
}
