"""Do learning agreements hold: written, agreed on by three, changed, handed out?"""
