from staff import mail

mail.kinds.register("cake_today", ("A cake is due today", "{school} looks forward to your {cake}."))
