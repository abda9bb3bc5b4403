"""What has each student done at both universities?"""
