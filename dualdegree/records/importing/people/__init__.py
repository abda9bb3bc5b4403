"""What would a roster change, and who is who in two registers?"""
