"""What is the work done at one university worth in the other's degree?"""
